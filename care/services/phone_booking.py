"""Books for somebody on the phone: the person, the decision and the time in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.models import Appointment, Slot
from appointments.selectors.new_times import group_for
from appointments.services.booking import AlreadyBookedError, book
from appointments.services.case_contents import facts_asked, what_to_send
from appointments.services.following import first_day_after
from appointments.services.queueing import one_at_a_time
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from care.services.known_people import coming_appointments, same_person
from care.services.new_contact import note_contact
from clinics.domain.calendar import oslo_date
from clinics.models import Staff
from eligibility import models
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.decision import Course, Outcome
from eligibility.domain.questionnaire import path
from eligibility.domain.steps import PartialAnswers
from eligibility.models import ReviewCase
from eligibility.services.case_messages import received
from eligibility.services.cases import open_case
from eligibility.services.decisions import course_of, keep
from eligibility.services.screening import Screened
from encryption.keys import keyed_hash
from patients.domain.contact import Contact
from patients.models import Patient
from patients.selectors import same_person as rows_of
from patients.services.needs import set_needs
from patients.services.registration import register
from vaccinations.selectors import doses_of


@dataclass(frozen=True)
class Caller:
    """Who calls, or is called for. ``patient_id`` is theirs when staff have found them."""

    given_name: str
    family_name: str
    born: date
    contact: Contact | None
    language: str
    interpreter: str
    protected_address: bool
    patient_id: UUID | None = None


@dataclass(frozen=True)
class Wanted:
    """What is to be booked. ``group`` None: a time whatever groups it is open to."""

    route: str
    dose_number: int
    earliest_on: date
    group: int | None

    @property
    def not_before(self) -> date | None:
        """The day that the database guards: a second dose's."""
        return self.earliest_on if self.dose_number > 1 else None


@dataclass(frozen=True)
class Standing:
    """A decision that is kept already and lets the person book, and what it lets them book."""

    decision: models.Decision
    wanted: Wanted


class HasTimeError(AlreadyBookedError):
    """The person has a time already; ``appointment`` is that one, with slot and session."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.pk)
        self.appointment = appointment


def wanted_of(course: Course, group: int | None) -> Wanted:
    """Return what a decision made now lets somebody book; for a second dose at any time."""
    number = course.next_dose
    return Wanted(course.route, number, course.earliest_on, None if number > 1 else group)


def standing_of(patient_id: UUID) -> Standing | None:
    """Return what a person may book by the newest decision that is kept; None: ask (again).

    A dose given since moves it on to the next: after the interval (R16), or the one a clinician
    allowed (A11).
    """
    decision = (
        models.Decision.objects.filter(patient__in=rows_of(patient_id))
        .order_by("-made_at", "pk")
        .first()
    )
    course = course_of(decision) if decision else None
    if decision is None or course is None or decision.outcome != Outcome.ELIGIBLE:
        return None
    number, earliest = course.next_dose, course.earliest_on
    given = doses_of([patient_id])[patient_id]
    last = given[-1] if given else None
    if last is not None and last.dose_number >= number:
        number = last.dose_number + 1
        earliest = first_day_after(decision, oslo_date(last.given_at))
    if number > course.doses:
        return None
    group = group_for(decision, dose_number=number)
    return Standing(decision, Wanted(course.route, number, earliest, group))


def book_by_phone(
    *,
    caller: Caller,
    basis: Screened | Standing,
    slot_id: UUID,
    asked_by: Staff,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Book a time at the clinic that ``by`` acts for.

    ``basis`` is what was answered on the phone, or a decision that stands. The same name and birth
    date is the same person where the clinic knows them, or by the same contact anywhere; others
    are registered. Raises HasTimeError, SlotUnavailableError, TooEarlyError, DoseGivenError; then
    nothing has changed.
    """
    assert by.clinic_id is not None
    slot = Slot.objects.filter(pk=slot_id, session__clinic_id=by.clinic_id).only("pk").first()
    if slot is None:
        raise SlotUnavailableError
    with transaction.atomic():
        patient_id = caller_as_patient(caller, by=by, now=now)
        coming = coming_appointments(patient_id, now=now)
        if coming:
            raise HasTimeError(coming[0])
        if isinstance(basis, Standing):
            decision, wanted = basis.decision, basis.wanted
        else:
            decided = basis.decision
            assert decided.course is not None, "only an eligible person is booked"
            wanted = wanted_of(decided.course, decided.priority_group)
            decision = keep(
                decided,
                patient_id=patient_id,
                previous_doses=basis.answers.previous_doses,
                source=models.Decision.Source.PHONE,
                decided_by=asked_by,
                by=by,
                now=now,
            )
        return book(
            patient_id=patient_id,
            decision_id=decision.pk,
            slot_id=slot.pk,
            route=wanted.route,
            dose_number=wanted.dose_number,
            not_before=wanted.not_before,
            by=by,
            now=now,
        )


def send_case_by_phone(
    *,
    caller: Caller,
    screened: Screened,
    given: PartialAnswers,
    asked_by: Staff,
    by: Actor,
    now: datetime,
) -> ReviewCase:
    """Open a case for somebody on the phone at the clinic that ``by`` acts for.

    Health facts travel with it, answers behind a group do not. Raises CaseWaitingError.
    """
    kind = case_kind_of(screened.decision)
    assert kind is not None, "these answers lead to no case"
    assert by.clinic_id is not None
    walked = path(given)
    with transaction.atomic():
        patient_id = caller_as_patient(caller, by=by, now=now)
        case = open_case(
            patient_id=patient_id,
            clinic_id=by.clinic_id,
            screened=screened,
            kind=kind,
            sent=what_to_send(screened.answers, facts_asked(walked), ()),
            note="",
            by=by,
            now=now,
            asked_by=asked_by,
        )
        received(case, now=now)
        return case


def caller_as_patient(caller: Caller, *, by: Actor, now: datetime) -> UUID:
    """Return the caller's patient, registered where there is none; queues up for the name.

    Whoever is recognised by name has not been shown to staff, and a former partner knows name and
    birth date: such a person may gain needs here and loses none, and who has a time is reached as
    before. An old contact is told of a new one.
    """
    name = f"{caller.born} {caller.family_name} {caller.given_name}".casefold()
    one_at_a_time(keyed_hash("caller", name))
    patient_id = caller.patient_id or _known(caller, by) or _new(caller, by=by, now=now)
    shown = caller.patient_id is not None
    if shown or not coming_appointments(patient_id, now=now):
        note_contact(
            patient_id=patient_id, contact=caller.contact, language=caller.language, by=by, now=now
        )
    set_needs(
        patient_id=patient_id,
        interpreter=caller.interpreter if shown else caller.interpreter or None,
        protected_address=caller.protected_address if shown else caller.protected_address or None,
        by=by,
        now=now,
    )
    return patient_id


def _known(caller: Caller, by: Actor) -> UUID | None:
    assert by.clinic_id is not None
    patient = same_person(
        by.clinic_id,
        given_name=caller.given_name,
        family_name=caller.family_name,
        born=caller.born,
        contact=caller.contact,
    )
    return patient.pk if patient else None


def _new(caller: Caller, *, by: Actor, now: datetime) -> UUID:
    contact = caller.contact
    patient: Patient = register(
        given_name=caller.given_name,
        family_name=caller.family_name,
        birth_date=caller.born,
        phone=contact.address if contact and contact.channel == "sms" else "",
        email=contact.address if contact and contact.channel == "email" else "",
        contact_by=contact.channel if contact else Patient.ContactBy.NONE,
        language=caller.language,
        now=now,
        by=by,
    )
    return patient.pk
