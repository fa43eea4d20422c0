"""The messages after a visit, or one that was missed: when each is still due, what it says."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.next_due import ENDS, PAUSES, WhyNot, recall_now
from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment
from appointments.selectors.dose_two import STILL_DUE, dose_two_to_place
from appointments.selectors.next_due import facts_of, first_doses, with_facts
from appointments.selectors.places import free_places
from appointments.services.following import first_day_after
from appointments.services.links import appointment_urls
from appointments.services.next_due import next_urls
from appointments.services.visit_messages import AFTERCARE, CORRECTED, MISSED, TIMES_OPENED
from clinics.domain.calendar import oslo_date
from eligibility.models import Decision
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import recipients
from vaccinations.models import Dose

# Long enough for whoever reads their messages once a week.
LINK_LASTS = timedelta(days=14)
# What is said the same evening is no help after that.
AFTERCARE_HELPS = timedelta(days=2)
# Why nobody is invited to a dose 2 they missed: not because reminders of it were over or stopped.
NOT_NOW = PAUSES | (ENDS - {WhyNot.STOPPED, WhyNot.OVER})
# Why one of them was not needed after all, for the message log.
REASONS_MISSED = {
    "not_missed": _("Personen er ikke ført som ikke møtt lenger."),
    "booked_again": _("Personen har bestilt ny time."),
    "given": _("Personen har fått dosen."),
    "not_offered": _("Personen skal ikke ha dosen nå, eller trenger en samtale først."),
}
REASONS_AFTERCARE = {
    "not_given": _("Registreringen ble annullert."),
    "too_late": _("Det var gått mer enn to dager."),
}
REASONS_CORRECTED = {"here": _("Besøket var åpent igjen: personen fikk vite det der.")}
REASONS_OPENED = {
    "paused": _("Personen har svart at det ikke trengs, eller noe må ses på først."),
    "placed": _("Personen har fått time, eller skal ikke ha flere."),
    "no_times": _("Det var ingen ledig tid igjen."),
}
Reasons = Mapping[str, str | Promise]
StillDue = Callable[[list[Message], datetime], dict[UUID, str]]


def register_kinds() -> None:
    """Tell the outbox about the messages."""
    _register(
        MISSED,
        _("ny mulighet etter en time som ikke ble brukt"),
        still_due=_why_no_chance,
        reasons=REASONS_MISSED,
        stoppable=True,
    )
    _register(
        AFTERCARE, _("råd etter timen"), still_due=_why_no_aftercare, reasons=REASONS_AFTERCARE
    )
    _register(
        CORRECTED,
        _("beskjed om at noe er rettet"),
        still_due=_why_no_correction,
        reasons=REASONS_CORRECTED,
        # It asks the person to call, and the telephone rests on Sundays.
        timing=Timing.WORKDAY,
    )
    _register(
        TIMES_OPENED,
        _("beskjed om tider til neste gang"),
        still_due=_why_no_times,
        reasons=REASONS_OPENED,
        stoppable=True,
    )


def _register(
    code: str,
    name: Promise,
    *,
    still_due: StillDue,
    reasons: Reasons,
    timing: Timing = Timing.DAY,
    stoppable: bool = False,
) -> None:
    register(
        Kind(
            code=code,
            still_due=still_due,
            context=_next_context if code == TIMES_OPENED else _context,
            recipient=_recipients,
            name=name,
            reasons=reasons,
            subject_page="admin:appointments_appointment_change",
            subject=Appointment,
            timing=timing,
            stoppable=stoppable,
        )
    )


def _appointments(messages: Sequence[Message]) -> dict[UUID, Appointment]:
    found = Appointment.objects.select_related(
        "slot__session__clinic", "patient__merged_into", "dose", "decision"
    ).in_bulk([message.subject_id for message in messages])
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _why_no_chance(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    same_dose = {
        "patient__person_id": OuterRef("patient__person_id"),
        "dose_number": OuterRef("dose_number"),
    }
    newest = Decision.objects.filter(patient__person_id=OuterRef("patient__person_id")).order_by(
        "-made_at"
    )
    facts = {
        pk: (status, again, given, outcome)
        for pk, status, again, given, outcome in Appointment.objects.filter(
            pk__in=[message.subject_id for message in messages]
        )
        .annotate(
            again=Exists(Appointment.objects.filter(status__in=ACTIVE, **same_dose)),
            given=Exists(Dose.objects.filter(voided_at=None, **same_dose)),
            outcome=Subquery(newest.values("outcome")[:1]),
        )
        .values_list("pk", "status", "again", "given", "outcome")
    }
    reasons = {
        m.pk: _without_chance(*facts[m.subject_id]) for m in messages if m.subject_id in facts
    }
    of_next = {pk: one for pk, one in _appointments(messages).items() if one.dose_number > 1}
    held_back = _held_back(of_next.values(), NOT_NOW, now)
    for message_id, one in of_next.items():
        if not reasons.get(message_id) and _person_of(one) in held_back:
            reasons[message_id] = "not_offered"
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def _held_back(
    visits: Iterable[Appointment], why: Container[WhyNot], now: datetime
) -> set[UUID | None]:
    """Return the people for whom one of these stands in the way of dose 2.

    As many queries however many they are, none without visits.
    """
    people = {one.patient_id for one in visits if one.patient_id}
    found = {
        dose.person: recall_now(facts_of(dose, now=now))  # type: ignore[attr-defined]
        for dose in (with_facts(first_doses(only=people)) if people else ())
    }
    return {person for person, one in found.items() if isinstance(one, WhyNot) and one in why}


def _person_of(visit: Appointment) -> UUID | None:
    return visit.patient.person_id if visit.patient else None


def _without_chance(status: str, again: bool, given: bool, outcome: str) -> str:  # noqa: FBT001
    if status != Status.NO_SHOW:
        return "not_missed"
    if given:
        return "given"
    if again:
        return "booked_again"
    return "" if outcome in STILL_DUE else "not_offered"


def _why_no_aftercare(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    given = {pk: one.dose.given_at for pk, one in _appointments(messages).items() if one.dose}
    reasons = {m.pk: "not_given" for m in messages if m.pk not in given}
    late = {pk: "too_late" for pk, at in given.items() if now - at > AFTERCARE_HELPS}
    return reasons | late


def _why_no_correction(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    return {
        message_id: "here"
        for message_id, one in _appointments(messages).items()
        if one.status == Status.ARRIVED
    }


def _why_no_times(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    visits = _appointments(messages)
    clinics = {one.slot.session.clinic_id for one in visits.values()}
    lacking = set(
        dose_two_to_place(clinics)
        .filter(appointment__in={one.pk for one in visits.values()})
        .values_list("appointment", flat=True)
    )
    due = {pk: one for pk, one in visits.items() if one.pk in lacking}
    reasons = {m.pk: "placed" for m in messages if m.pk not in due}
    held_back = _held_back(due.values(), PAUSES, now)
    for message_id, one in list(due.items()):
        if _person_of(one) in held_back:
            reasons[message_id] = "paused"
            del due[message_id]
    last = _last_days(due.values(), now)
    return reasons | {
        message_id: "no_times"
        for message_id, one in due.items()
        if _first_day(one) > last[one.slot.session.clinic_id, one.route]
    }


def _last_days(visits: Iterable[Appointment], now: datetime) -> dict[tuple[int, str], date]:
    """Return the last day with a free time by clinic and route; three queries for each of them."""
    wanted = {(one.slot.session.clinic_id, one.route) for one in visits}
    last = {}
    for clinic_id, route in wanted:
        free = free_places(clinic_id, route=route, group=None, not_before=oslo_date(now), now=now)
        last[clinic_id, route] = max((one.session.date for one in free), default=date.min)
    return last


def _first_day(visit: Appointment) -> date:
    assert visit.dose is not None, "who lacks a place for the next dose has had one"
    assert visit.decision is not None, "a visit has a decision"
    return first_day_after(visit.decision, oslo_date(visit.dose.given_at))


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    """Lead to the page of the visit."""
    visits = _appointments(messages)
    links = appointment_urls(visits, now=now, lasts=LINK_LASTS)
    return {pk: _words(one, links[pk]) for pk, one in visits.items()}


def _next_context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    """Lead to the page of the person's next time, as the reminders of it do."""
    visits = _appointments(messages)
    people = {pk: person for pk, one in visits.items() if (person := _person_of(one))}
    links = next_urls(people, now=now)
    return {pk: _words(visits[pk], link) for pk, link in links.items()}


def _words(visit: Appointment, link: str) -> dict[str, Any]:
    return {
        "starts_at": visit.slot.starts_at,
        "clinic": visit.slot.session.clinic,
        "link": link,
        # The words then say when, never where: neither the place nor its telephone number.
        "protected": visit.patient is not None and visit.patient.is_protected,
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {
        message_id: one.patient_id
        for message_id, one in _appointments(messages).items()
        if one.patient_id
    }
    found = recipients(set(patient_of.values()))
    return {message_id: found[patient] for message_id, patient in patient_of.items()}
