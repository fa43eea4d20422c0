from collections.abc import Callable, Mapping
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from clinics.outage import is_outage, outage_page
from clinics.permissions import AccessRule, Verdict


class OutageMiddleware:
    """Answers "we are restarting" when a view cannot reach the database or Valkey."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is done once a view has failed."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for servers that are away; other errors are errors."""
        return outage_page(request, error) if is_outage(error) else None


class AccessRuleMiddleware:
    """Asks each view's access rule before the view runs; a view without a rule is an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[object, ...],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Let through, lead to a log-in page, or refuse."""
        rule = getattr(view, "access_rule", None)
        if not isinstance(rule, AccessRule):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} has no access rule")
        try:
            verdict = rule.check(request, kwargs)
        except Exception as error:
            if is_outage(error):  # no view runs, so OutageMiddleware is not asked
                return outage_page(request, error)
            raise
        match verdict:
            case Verdict.ALLOW:
                return None
            case Verdict.LOG_IN:
                return _lead_to(request, rule.log_in_at)
            case Verdict.SECOND_FACTOR:
                enrolled = is_mfa_enabled(request.user)
                return _lead_to(request, "mfa_reauthenticate" if enrolled else "mfa_activate_totp")
            case Verdict.FORBIDDEN:
                raise PermissionDenied
            case Verdict.NOT_FOUND:
                raise Http404


def _lead_to(request: HttpRequest, page: str) -> HttpResponse:
    """Redirect to a page that later leads back to where the person was."""
    htmx = getattr(request, "htmx", None)
    url = reverse(page)
    # A fragment is no page to come back to, and neither is a form's target.
    if isinstance(htmx, HtmxDetails) and htmx:
        back = htmx.current_url_abs_path
    else:
        back = request.get_full_path() if request.method == "GET" else None
    if back:
        url += "?" + urlencode({REDIRECT_FIELD_NAME: back})
    return HttpResponseClientRedirect(url) if htmx else HttpResponseRedirect(url)
