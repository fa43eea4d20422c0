from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mpoxclinic.error_pages import not_allowed


class NoBlankPageMiddleware:
    """Gives a page to the one answer of Django's that has none: a method a view does not know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, in words where the answer would be a blank page."""
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = not_allowed(request)
        page["Allow"] = response["Allow"]
        return page
