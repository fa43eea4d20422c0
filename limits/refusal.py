"""What somebody sees who has tried too often: the project's page 429, with what they filled in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_resolver

from limits.addresses import client_network
from limits.rules import Rule, count_one

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def refuse(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429 with the wait in seconds, by the project's ``handler429``.

    The page finds the wait in ``request.retry_after``.
    """
    mark_refused(request, wait)
    page: Callable[[HttpRequest], HttpResponse] = get_resolver().resolve_error_handler(429)
    return page(request)


def mark_refused(request: HttpRequest, wait: int) -> None:
    """Let the page that is shown now be a refusal: 429, with the wait in seconds."""
    request.retry_after = wait  # type: ignore[attr-defined]


def limited(
    rule: Rule,
) -> Callable[
    [Callable[Concatenate[R, P], HttpResponseBase]], Callable[Concatenate[R, P], HttpResponseBase]
]:
    """Count what staff send to a view by their account and address, and refuse what is too much.

    Stands below ``access``, which knows who it is.
    """

    def declare(
        view: Callable[Concatenate[R, P], HttpResponseBase],
    ) -> Callable[Concatenate[R, P], HttpResponseBase]:
        @wraps(view)
        def counted(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                wait = count_one(
                    rule, account=str(request.user.pk), address=client_network(request)
                )
                if wait:
                    return refuse(request, wait)
            return view(request, *args, **kwargs)

        counted.limit = rule  # type: ignore[attr-defined]
        return counted

    return declare
