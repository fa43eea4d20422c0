from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from patients.permissions import BROWSER_COOKIE


class BrowserKeyMiddleware:
    """Hand the browser the key that a view made for it, for as long as it stays open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the cookie when a key was made during the request."""
        response = self.get_response(request)
        key: str | None = getattr(request, "new_browser_key", None)
        if key is not None:
            response.set_cookie(
                BROWSER_COOKIE, key, httponly=True, samesite="Lax", secure=not settings.DEMO
            )
        return response
