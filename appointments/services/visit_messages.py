"""Writes what a person is told after a visit, or one they missed, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from appointments.domain.reminding import evening_of, morning_after
from appointments.models import Appointment, ClinicSession
from appointments.selectors.dose_two import dose_two_to_place
from appointments.services.following import first_day_after
from clinics.domain.calendar import oslo_date
from notifications.services.outbox import Wanted, channels_of, queue_all
from patients.selectors import contact_by_of

MISSED = "missed"
AFTERCARE = "aftercare"
CORRECTED = "corrected"
TIMES_OPENED = "times_opened"
# Whoever opens several days is done, or has closed again what was opened by mistake.
SETTLED_AFTER = timedelta(minutes=30)


def missed(appointments: Iterable[Appointment], *, clinic_id: int, now: datetime) -> None:
    """Offer those who did not come a new time the next morning: until then it can be undone.

    Once for each time that was missed. Needs the patients.
    """
    wanted = [
        Wanted(
            kind=MISSED,
            subject_id=one.pk,
            occasion="",
            due_at=morning_after(now),
            channels=channels_of(one.patient.kept.contact_by),
            clinic_id=clinic_id,
        )
        for one in appointments
        if one.patient is not None
    ]
    queue_all(wanted, now=now)


def aftercare(appointment: Appointment, *, given_at: datetime, now: datetime) -> None:
    """Tell the same evening what can be felt after a dose, and when to call a doctor (R42, R47).

    Once for a visit, also when its record is corrected. What is recorded on a later day comes too
    late for it. Needs slot and session.
    """
    if oslo_date(given_at) == oslo_date(now):
        _tell(AFTERCARE, appointment, occasion="", due_at=evening_of(given_at), now=now)


def corrected(
    appointment: Appointment, *, dose_id: UUID, given_at: datetime, now: datetime
) -> None:
    """Tell that the record of a visit was corrected, once for each record that was voided.

    What is put right before that evening is not told: nobody has been told of the visit yet.
    Needs slot and session.
    """
    if is_told_of(given_at, now=now):
        _tell(CORRECTED, appointment, occasion=str(dose_id), due_at=now, now=now)


def is_told_of(given_at: datetime, *, now: datetime) -> bool:
    """Tell whether people have heard of a visit by now: its correction is told of then."""
    return now >= evening_of(given_at)


def times_opened(sessions: Sequence[ClinicSession], *, now: datetime) -> None:
    """Tell those who lack a place for their next dose that their clinic has opened times for it.

    ``sessions`` are of one clinic. Those whose interval is not over by then are left out; nobody is
    told twice in a week. Three queries.
    """
    if not sessions:
        return
    clinic_id, last = sessions[0].clinic_id, max(session.date for session in sessions)
    year, week, _day = oslo_date(now).isocalendar()
    lacking = dose_two_to_place([clinic_id]).select_related(
        "patient__merged_into", "vial", "appointment__decision"
    )
    wanted = []
    for dose in lacking:
        visit: Appointment | None = getattr(dose, "appointment", None)
        if visit is None or visit.decision is None:
            continue
        if first_day_after(visit.decision, oslo_date(dose.given_at)) > last:
            continue
        wanted.append(
            Wanted(
                kind=TIMES_OPENED,
                subject_id=visit.pk,
                occasion=f"{year}W{week:02}",
                due_at=now + SETTLED_AFTER,
                channels=channels_of(dose.patient.kept.contact_by),
                clinic_id=clinic_id,
            )
        )
    queue_all(wanted, now=now)


def _tell(
    kind: str, appointment: Appointment, *, occasion: str, due_at: datetime, now: datetime
) -> None:
    assert appointment.patient_id is not None, "only who was booked has had a visit"
    channels = channels_of(contact_by_of(appointment.patient_id))
    clinic_id = appointment.slot.session.clinic_id
    queue_all([Wanted(kind, appointment.pk, occasion, due_at, channels, clinic_id)], now=now)
