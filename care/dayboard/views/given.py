"""Recording a dose that was given already."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.models import ClinicSession
from appointments.services.moves import ChangedMeanwhileError
from care.dayboard.deviation_words import deviations_in_words
from care.dayboard.given_forms import GivenForm
from care.dayboard.permissions import ON_PERSON
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.dayboard.visit import Visit
from care.dayboard.words import Words, refusal
from care.services.recording import NotAVaccinatorError, asked_on, record_given
from clinics.authorship import of_another, shows_another_author
from clinics.domain.calendar import OSLO, oslo_date
from clinics.permissions import StaffRequest, access
from clinics.selectors import staff_at_the_board
from vaccinations.domain.vial_balance import VOLUME_ML
from vaccinations.selectors import vials_of_day
from vaccinations.services.doses import DoseAlreadyGivenError
from vaccinations.services.recording import (
    ImpossibleVolumeError,
    NotYetGivenError,
    ReasonWantedError,
    VialSpentError,
    VialUnknownError,
)

# In the address: what was chosen on the page that refused to start the dose.
VIAL, SITE = "glass", "sted"
# Nobody is given a dose so long before the time they came for: that is a slip of the pen.
LONGEST_BEFORE = timedelta(days=7)
REFUSED = (
    DoseAlreadyGivenError,
    ImpossibleVolumeError,
    NotAVaccinatorError,
    NotYetGivenError,
    VialSpentError,
    VialUnknownError,
)
# The field that each refusal is about.
FIELDS = {
    ImpossibleVolumeError: "volume_ml",
    NotAVaccinatorError: "vaccinator",
    NotYetGivenError: "given_at",
    VialSpentError: "vial",
    VialUnknownError: "vial",
}


@access(ON_PERSON)
@shows_another_author
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def given_already(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Ask what was given, when and by whom, and record it with what it was outside of."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if visit.appointment.status in {Status.VACCINATED, Status.CANCELLED, Status.EXPIRED}:
        return redirect("dayboard:person", session_id, appointment_id)
    form = _form(request, visit, now=now)
    found: list[Words] = []
    another = of_another(request)
    if not another and form.is_valid():
        try:
            record_given(
                appointment_id=appointment_id,
                reason=form.cleaned_data["reason"],
                asked=form.asked_before,
                by=request.actor,
                now=now,
                **form.told(),
            )
        except (ChangedMeanwhileError, MoveNotAllowedError) as error:
            messages.warning(request, str(refusal(error)[0]))
            return redirect("dayboard:person", session_id, appointment_id)
        except ReasonWantedError as error:
            found = ask_for_reason(form, error)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Dosen er registrert."))
            return redirect("dayboard:person", session_id, appointment_id)
    record_opened(request, visit, now=now)
    context = {
        "visit": visit,
        "session": visit.appointment.slot.session,
        "now": now,
        "form": form,
        "found": found,
        "refusals": another,
    }
    return render(request, "dayboard/given_already.html", context)


def ask_for_reason(form: GivenForm, error: ReasonWantedError) -> list[Words]:
    """Ask why it was so, in the form; return in words what was found."""
    form.add_error("reason", _("Skriv hvorfor det ble slik"))
    return deviations_in_words(error.found)


def say_why(form: GivenForm, error: Exception) -> None:
    """Say at its field why a record is refused, and what to do."""
    form.add_error(FIELDS.get(type(error)), str(refusal(error)[0]))


def choices(
    session: ClinicSession, *, now: datetime, of_dose: UUID | None = None
) -> dict[str, Any]:
    """Return what the forms let choose: the days, the vials of the day, and who works there."""
    return {
        "days": (session.date - LONGEST_BEFORE, oslo_date(now)),
        "vials": vials_of_day(session.clinic_id, session.date, and_that=of_dose),
        "staff": staff_at_the_board(session.clinic_id, on=session.date),
    }


def _form(request: StaffRequest, visit: Visit, *, now: datetime) -> GivenForm:
    appointment = visit.appointment
    session = appointment.slot.session
    route = visit.course.route if visit.course else appointment.route
    initial: dict[str, Any] = {
        "vial": request.GET.get(VIAL),
        "site": request.GET.get(SITE),
        "route": route,
        "volume_ml": VOLUME_ML[route],
        "given_on": session.date,
        "vaccinator": str(request.user.pk),
    }
    if session.date == oslo_date(now):
        initial["given_at"] = now.astimezone(OSLO).time()
    assert appointment.decision is not None
    known = asked_on(appointment.decision, session.starts_at)
    return GivenForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        ask_if_asked=known is None,
        **choices(session, now=now),
    )
