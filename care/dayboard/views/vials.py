"""An opened vial: its label and balance, closing it, and taking a wrong click back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.models import ClinicSession
from appointments.selectors.closing import is_ended
from appointments.selectors.day import is_under_way
from appointments.services.day import DayEndedError
from care.dayboard.permissions import ON_SESSION
from care.dayboard.vial_forms import DiscardForm
from care.dayboard.vials import VialShown, VialState, balance_of, initials_of, vials_shown
from care.dayboard.views.board import session_or_404
from care.dayboard.views.opening import posted, way_back
from care.dayboard.words import refusal
from care.services import vials
from clinics.permissions import StaffRequest, access
from vaccinations.models import Vial
from vaccinations.services.vial_undoing import (
    NotUndoneError,
    may_be_reopened,
    may_be_taken_back,
)
from vaccinations.services.vials import VialClosedError

READY = {
    VialState.ENDED: Vial.DiscardReason.WINDOW_ENDED,
    VialState.BLOCKED: Vial.DiscardReason.LOT_STOPPED,
}


@access(ON_SESSION)
@require_safe
@never_cache
def vial(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Show what to write on a vial, what became of its doses, and what can be taken back."""
    now = timezone.now()
    session = session_or_404(session_id)
    found = get_object_or_404(
        Vial.objects.select_related("lot", "opened_by"), pk=vial_id, clinic_id=session.clinic_id
    )
    ended = is_ended(session.pk)
    context = {
        "session": session,
        "now": now,
        "vial": found,
        "initials": initials_of(found.opened_by.name),
        "balance": balance_of(found),
        "may_take_back": not ended and may_be_taken_back(found, now=now),
        "may_reopen": not ended and may_be_reopened(found, now=now),
        "back": way_back(request, session),
    }
    return render(request, "dayboard/the_vial.html", context)


@access(ON_SESSION)
@require_safe
@never_cache
def all_of_day(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """List the vials of a day with what became of each of their five doses."""
    session = session_or_404(session_id)
    found: QuerySet[Vial] = Vial.objects.filter(clinic_id=session.clinic_id, day=session.date)
    shown = [
        (one, balance_of(one))
        for one in found.select_related("lot").prefetch_related("doses").order_by("opened_at")
    ]
    context = {"session": session, "now": timezone.now(), "vials": shown}
    return render(request, "dayboard/day_vials.html", context)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def empty(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Ask, and close a vial that gives no full dose any more."""
    now = timezone.now()
    session = session_or_404(session_id)
    shown = _open_vial_or_none(session, vial_id, now=now)
    if shown is None:
        return _closed_already(request, session)
    if request.method != "POST":
        context = {"session": session, "now": now, "shown": shown}
        return render(request, "dayboard/empty_vial.html", context)
    try:
        vials.close_empty(session=session, vial_id=vial_id, by=request.actor, now=now)
    except VialClosedError:
        return _closed_already(request, session)
    messages.success(request, _("Hetteglass %(letter)s er lukket.") % {"letter": shown.vial.letter})
    return redirect("dayboard:vial", session.pk, vial_id)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def throw_away(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Ask why, and throw away what is left in a vial."""
    now = timezone.now()
    session = session_or_404(session_id)
    shown = _open_vial_or_none(session, vial_id, now=now)
    if shown is None:
        return _closed_already(request, session)
    form = DiscardForm(posted(request), initial={"reason": READY.get(shown.state)})
    if not form.is_valid():
        context = {"session": session, "now": now, "shown": shown, "form": form}
        return render(request, "dayboard/discard_vial.html", context)
    try:
        vials.throw_away(
            session=session,
            vial_id=vial_id,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=now,
        )
    except VialClosedError:
        return _closed_already(request, session)
    messages.success(request, _("Hetteglass %(letter)s er kastet.") % {"letter": shown.vial.letter})
    return redirect("dayboard:vial", session.pk, vial_id)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def not_opened(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Take back that a vial was opened: it was a wrong click."""
    return _undo(
        request,
        session_id,
        vial_id,
        vials.was_not_opened,
        said=_("Angret: glasset er ikke åpnet, og står på lageret igjen."),
        then="dayboard:open_vial",
    )


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reopen(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Take back that a vial was closed."""
    return _undo(
        request,
        session_id,
        vial_id,
        vials.reopen,
        said=_("Angret: glasset er åpent igjen."),
        then="dayboard:board",
    )


def _undo(
    request: StaffRequest,
    session_id: UUID,
    vial_id: UUID,
    service: Callable[..., Vial],
    *,
    said: str,
    then: str,
) -> HttpResponse:
    now: datetime = timezone.now()
    session = session_or_404(session_id)
    if not Vial.all_rows.filter(pk=vial_id, clinic_id=session.clinic_id).exists():
        raise Http404
    if request.method != "POST":
        return redirect("dayboard:day_vials", session.pk)
    if not is_under_way(session, now):
        messages.error(request, _("Dagen er over, og glasset kan ikke endres lenger."))
        return redirect("dayboard:day_vials", session.pk)
    try:
        service(session=session, vial_id=vial_id, by=request.actor, now=now)
    except DayEndedError as error:
        messages.error(request, str(refusal(error)[0]))
        return redirect("dayboard:day_vials", session.pk)
    except NotUndoneError:
        messages.info(
            request,
            _("Det kan ikke angres lenger: det er gått for lang tid, eller glasset er endret."),
        )
        return redirect("dayboard:day_vials", session.pk)
    messages.success(request, said)
    return redirect(then, session.pk)


def _open_vial_or_none(session: ClinicSession, vial_id: UUID, *, now: datetime) -> VialShown | None:
    """Return an open vial of the session's clinic, None when it is closed; else raise Http404."""
    found = {shown.vial.pk: shown for shown in vials_shown(session.clinic_id, now=now)}
    if (
        vial_id not in found
        and not Vial.all_rows.filter(pk=vial_id, clinic_id=session.clinic_id).exists()
    ):
        raise Http404
    return found.get(vial_id)


def _closed_already(request: StaffRequest, session: ClinicSession) -> HttpResponse:
    messages.info(request, _("Hetteglasset er lukket allerede."))
    return redirect("dayboard:board", session.pk)
