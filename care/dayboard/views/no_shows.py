"""Noting who did not come, and taking that back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import MoveNotAllowedError
from appointments.selectors.day import people_of
from appointments.selectors.lateness import expected_at, overdue
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.no_shows import note_no_shows
from appointments.services.taking_back import expect_again
from care.dayboard.no_show_form import NoShowForm
from care.dayboard.permissions import ON_PERSON, ON_SESSION
from care.dayboard.views.board import SHOW_DONE, session_or_404
from care.dayboard.words import refusal
from care.services.list_reads import record_list_read
from clinics.permissions import StaffRequest, access


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def missing(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show who is late, all ticked or the one asked about, and note those who did not come."""
    now = timezone.now()
    session = session_or_404(session_id)
    late = overdue(people_of(session.pk), session, now=now)
    shown = [(one, int((now - expected_at(one, session)).total_seconds() // 60)) for one in late]
    record_list_read(
        request.session,
        action="board.read",
        list_id=session.pk,
        patient_ids=[one.patient_id for one in late],
        by=request.actor,
        now=now,
    )
    asked = request.GET.get("person")
    ticked = [str(one.pk) for one in late if asked in {None, str(one.pk)}]
    posted = request.POST if request.method == "POST" else None
    form = NoShowForm(posted, late=shown, initial={"people": ticked})
    if posted is not None and form.is_valid():
        return _note(request, session_id, form)
    if posted is not None and not late:
        messages.info(request, _("Ingen er forsinket lenger. Se hva som gjelder nå."))
        return redirect("dayboard:board", session_id)
    context = {"session": session, "form": form}
    return render(request, "dayboard/missing.html", context)


def _note(request: StaffRequest, session_id: UUID, form: NoShowForm) -> HttpResponse:
    chosen = [UUID(pk) for pk in form.cleaned_data["people"]]
    try:
        noted = note_no_shows(
            session_id=session_id,
            appointment_ids=chosen,
            by=request.actor,
            now=timezone.now(),
        )
    except NotTodayError as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:board", session_id)
    words = ngettext(
        "%(number)d er notert som ikke møtt. Kommer personen likevel, står navnet under Ferdig.",
        "%(number)d er notert som ikke møtt. Kommer noen likevel, står navnet under Ferdig.",
        len(noted),
    )
    messages.success(request, words % {"number": len(noted)})
    if len(noted) < len(chosen):
        messages.info(request, _("Noen av dem var kommet eller endret av en kollega."))
    return redirect(f"{reverse('dayboard:board', args=[session_id])}?{SHOW_DONE}=1")


@access(ON_PERSON)
def expected(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Expect somebody again who was noted as missing by mistake."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        expect_again(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (
        NotTodayError,
        MoveNotAllowedError,
        ChangedMeanwhileError,
        AlreadyBookedError,
    ) as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Personen er ventet igjen."))
    return redirect("dayboard:board", session_id)
