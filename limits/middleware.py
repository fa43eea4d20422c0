from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from limits.addresses import client_network
from limits.refusal import refuse
from limits.rules import UNKNOWN_LINK, count_one


class LimitsMiddleware:
    """Says 429 on pages that refuse, and to who follows many links that lead nowhere.

    The links are all addresses with a token in them, of whatever app. One that leads somewhere is
    never refused: who has it may share an address with a robot, as all do on one mobile network.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; count a link that was not found; mark a form that says "too often"."""
        response = self.get_response(request)
        wait: int = getattr(request, "retry_after", 0)
        if wait and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(wait)
        match = request.resolver_match
        if match and has_token(match.kwargs) and response.status_code == HTTPStatus.NOT_FOUND:
            wait = count_one(UNKNOWN_LINK, address=client_network(request))
            return refuse(request, wait) if wait else response
        return response


def has_token(kwargs: Mapping[str, Any]) -> bool:
    """Tell whether an address opens something by a secret in it."""
    return any(name.endswith("token") for name in kwargs)
