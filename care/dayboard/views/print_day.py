"""The day on paper, printed each morning, for when the network or the server is gone."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import ON_THE_LIST, planned_vials
from care.dayboard.forms import AFTER_A_DOSE, ALLERGIES, QUESTIONS
from care.dayboard.permissions import ON_SESSION
from care.dayboard.views.board import session_or_404
from care.dayboard.words import FLAGS, Words
from care.services.list_reads import record_list_read
from clinics.domain.roles import Role
from clinics.permissions import StaffRequest, access
from clinics.selectors import staff_with
from eligibility.domain.decision import Flag

# Lines of the vial log beside those for the planned vials, for what breaks and who comes.
SPARE_VIALS, SPARE_PEOPLE = 3, 3


@dataclass(frozen=True)
class Line:
    """A person on the sheet. ``vial`` numbers the planned vial; None for standby people."""

    appointment: Appointment
    vial: int | None
    flags: list[Words]


@access(ON_SESSION)
@require_safe
@never_cache
def print_day(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show the sheet: the list with its boxes, the questions, the vial log, whom to ring."""
    session, now = session_or_404(session_id), timezone.now()
    lines, planned = _lines(session)
    record_list_read(
        request.session,
        action="day_sheet.read",
        list_id=session.pk,
        patient_ids=[line.appointment.patient_id for line in lines],
        by=request.actor,
        now=now,
    )
    context = {
        "session": session,
        "now": now,
        "lines": lines,
        "spare_people": range(SPARE_PEOPLE),
        "vial_lines": range(planned + SPARE_VIALS),
        "questions": _questions(),
        "clinicians": staff_with(session.clinic_id, [Role.CLINICIAN], on=session.date),
    }
    return render(request, "dayboard/print_day.html", context)


def _lines(session: ClinicSession) -> tuple[list[Line], int]:
    """Return the people by time, and how many vials are planned; one query."""
    people = list(
        Appointment.objects.filter(slot__session=session, status__in=ON_THE_LIST)
        .select_related("slot", "patient__merged_into", "decision")
        .order_by("slot__starts_at", "seat", "pk")
    )
    planned = planned_vials(session, people)
    vial_of = {
        one.pk: number for number, vial in enumerate(planned, start=1) for one in vial.appointments
    }
    lines = [Line(one, vial_of.get(one.pk), _flags(one)) for one in people]
    return lines, len(planned)


def _flags(appointment: Appointment) -> list[Words]:
    flags = appointment.decision.flags if appointment.decision else []
    return [FLAGS[Flag(flag)] for flag in flags]


def _questions() -> list[str | Promise]:
    """List what is asked of everybody, in the order of the board's page."""
    allergies = ", ".join(str(words) for words in ALLERGIES.values())
    return [
        *QUESTIONS.values(),
        _("Har du sykdom eller bruker du medisin som gir immunsvikt?"),
        f"{_('Er du allergisk mot noe av dette?')} ({allergies})",
        *(f"{words} ({_('bare etter en dose')})" for words in AFTER_A_DOSE.values()),
    ]
