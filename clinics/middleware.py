from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from clinics import authorship, kept_input
from clinics.identity import staff_identity
from clinics.models import Staff
from clinics.outage import is_outage, outage_page
from clinics.permissions import AccessRule, AtClinic, StaffRequest, Verdict

# On a request: the key of the staff user whom a clinic's page let in.
_AT_WORK = "_at_work"


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
        """Pass on; the work is done once the view is known.

        Afterwards the browser remembers who works at it, and what was kept is forgotten once sent.
        """
        response = self.get_response(request)
        user = getattr(request, _AT_WORK, None)
        if user is not None:
            if response.status_code == HTTPStatus.OK:
                kept_input.remember_user(request, response, user)
            if kept_input.is_sent(request):
                kept_input.forget(request, response)
        return response

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
                return _let_in(request, rule, view, kwargs)
            case Verdict.LOG_IN:
                return _to_log_in(request, rule)
            case Verdict.SECOND_FACTOR:
                enrolled = staff_identity().is_enrolled(cast("Staff", request.user))
                return _lead_to(request, "mfa_reauthenticate" if enrolled else "mfa_activate_totp")
            case Verdict.FORBIDDEN:
                raise PermissionDenied
            case Verdict.NOT_FOUND:
                raise Http404


def _let_in(
    request: HttpRequest,
    rule: AccessRule,
    view: Callable[..., HttpResponse],
    kwargs: Mapping[str, Any],
) -> HttpResponse | None:
    """Answer in the view's place where it is not yet its turn."""
    if not isinstance(rule, AtClinic):
        return None
    refused = _at_work(request, view)
    if refused is not None:
        return refused
    try:
        return rule.asks(request, kwargs)
    except Exception as error:
        if is_outage(error):
            return outage_page(request, error)
        raise


def _at_work(request: HttpRequest, view: Callable[..., HttpResponse]) -> HttpResponse | None:
    """Note who is at work; a form that was made for somebody else goes no further unasked."""
    setattr(request, _AT_WORK, str(request.user.pk))
    return authorship.refused(cast("StaffRequest", request), view, page=_page_of(request))


def _lead_to(request: HttpRequest, page: str, *, kept: bool = False) -> HttpResponse:
    """Redirect to a page that later leads back to where the person was.

    ``kept``: to what they have sent in, if that is kept.
    """
    htmx = getattr(request, "htmx", None)
    url = reverse(page)
    # A fragment is no page to come back to, and neither is a form's target.
    if isinstance(htmx, HtmxDetails) and htmx:
        back = htmx.current_url_abs_path
    elif kept:
        back = reverse("account_take_up")
    else:
        back = request.get_full_path() if request.method == "GET" else None
    if back:
        url += "?" + urlencode({REDIRECT_FIELD_NAME: back})
    return HttpResponseClientRedirect(url) if htmx else HttpResponseRedirect(url)


def _to_log_in(request: HttpRequest, rule: AccessRule) -> HttpResponse:
    """Lead to the log-in; what was sent to a clinic's page when the session had ended is kept."""
    kept = isinstance(rule, AtClinic) and kept_input.may_be_kept(request)
    kept = kept and not getattr(request, "htmx", None)
    response = _lead_to(request, rule.log_in_at, kept=kept)
    if kept:
        kept_input.keep(request, response, page=_page_of(request))
    return response


def _page_of(request: HttpRequest) -> str:
    """Return the page that a form stood on, of this site; else the form's address."""
    stood_on = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(stood_on, allowed_hosts={request.get_host()}):
        return stood_on
    return request.path
