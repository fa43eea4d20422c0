"""One of everything that an address can name, so that every page can be opened.

When a page brings a new URL argument, add what it names to ``Objects`` and ``make_objects``, and
the argument to ``URL_ARGUMENTS``. Everything belongs to ``Objects.clinic``, and what was booked
to ``Objects.patient``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.contenttypes.models import ContentType

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import (
    Appointment,
    ClinicSession,
    Displaced,
    MoveAsk,
    NextAnswer,
    Offer,
    WaitingEntry,
)
from appointments.services.booking import cancel
from appointments.services.calendar_feed import FEED_LINK
from appointments.services.links import APPOINTMENT_LINK
from appointments.services.next_answers import say_not_needed
from appointments.services.next_due import NEXT_LINK
from appointments.services.offers import offer_free_times
from appointments.services.policies import choose_planning_numbers
from appointments.services.repair_asks import ASK_LINK
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from appointments.services.waiting_messages import OFFER_LINK, WAITING_LINK
from audit.domain import Actor
from audit.domain.alarms import AlarmKind
from audit.models import Alarm
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from clinics.services.invitations import invite
from eligibility.domain.steps import Step
from eligibility.models import GroupInterest, ReviewCase, RuleSetInForce
from eligibility.services.case_messages import CASE_LINK
from eligibility.services.interests import INTEREST_LINK
from notifications.models import Message, MessageText
from patients.models import Patient, PatientNote
from patients.services.activations import Activated
from patients.services.links import mint
from patients.services.notes import write_note
from patients.services.stops import STOP_LINK
from tests import factories
from tests.access.pages import Page
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Dose, Reaction, RecallContact, RegistryReport, Vial
from vaccinations.services.reactions import begin_anaphylaxis
from vaccinations.services.recalls import recall_lot
from vaccinations.services.registry import mark_registered

# The pages are opened in the middle of a clinic day.
NOW = factories.at("16.40")


@dataclass(frozen=True)
class Objects:
    """What the addresses under test name."""

    clinic: Clinic
    elsewhere: Clinic
    colleague: Staff
    session: ClinicSession
    booked: Appointment
    arrived: Appointment
    vial: Vial
    patient: Patient
    given: Dose
    reaction: Reaction
    report: RegistryReport
    other: Patient
    note: PatientNote
    message: Message
    case: ReviewCase
    interest: GroupInterest
    displaced: Displaced
    to_call: RecallContact
    ask: MoveAsk
    entry: WaitingEntry
    offer: Offer
    token: str
    ask_token: str
    case_token: str
    interest_token: str
    waiting_token: str
    offer_token: str
    answer: NextAnswer
    next_token: str
    feed_token: str
    stop_token: str
    alarm: Alarm
    browser: Activated
    invitation_token: str


def make_objects() -> Objects:
    """Make a clinic day with one of everything, and another clinic without."""
    day = factories.make_day()
    RuleSetInForce.objects.create(
        rule_set="fhi-2023-05-23",
        from_date=factories.DAY + timedelta(days=30),
        revision=1,
        put_by=day.nurse,
        put_at=factories.BEFORE,
    )
    MessageText.objects.create(
        kind="booked",
        language="nb",
        revision=1,
        subject="Velkommen {dag}",
        changed_by=day.nurse,
        changed_at=factories.BEFORE,
    )
    choose_planning_numbers(
        clinic_id=day.clinic.pk, numbers={"margin_min": 15}, by=day.by, now=factories.BEFORE
    )
    patient = factories.make_patient()
    booked = factories.make_booking(session=day.session, patient=patient, clock="18.00")
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    factories.make_thawing(
        lot=factories.make_lot(
            clinic=day.clinic,
            product=factories.make_product(name="Frossen", stored_frozen=True),
            number="F1",
        ),
        by=day.nurse,
    )
    case = factories.make_case(clinic=day.clinic, patient=patient, now=factories.BEFORE)
    interest = factories.make_interest(clinic=day.clinic, phone=patient.phone)
    ask = factories.make_ask(booked, to="17.00", answer_by=NOW + timedelta(minutes=10))
    entry, offer = _waiting(day, booked)
    given = _given(day, vial)
    return Objects(
        clinic=day.clinic,
        elsewhere=factories.make_clinic(slug="elsewhere", name="Et annet sted"),
        colleague=day.nurse,
        session=day.session,
        booked=booked,
        arrived=factories.make_arrival(session=day.session, clock="16.30", by=day.nurse),
        vial=vial,
        patient=patient,
        given=given,
        reaction=begin_anaphylaxis(dose_id=given.pk, by=day.by, now=NOW),
        report=_registered(day, given),
        other=_other(day),
        note=write_note(
            patient_id=patient.pk, text="Ring etter kl. 15", by=day.by, now=factories.BEFORE
        ),
        message=_message(day, booked),
        case=case,
        interest=interest,
        displaced=_displaced(patient),
        to_call=_to_call(day),
        ask=ask,
        ask_token=mint(
            purpose=ASK_LINK,
            subject_id=ask.pk,
            expires_at=NOW + timedelta(days=1),
            now=factories.BEFORE,
        ),
        entry=entry,
        offer=offer,
        waiting_token=_mint(WAITING_LINK, entry.pk),
        offer_token=_mint(OFFER_LINK, offer.pk),
        answer=say_not_needed(
            patient_id=given.patient_id,
            clinic_id=day.clinic.pk,
            said=NextAnswer.Said.ELSEWHERE,
            by=Actor.patient(given.patient_id),
            now=NOW,
        ),
        next_token=_mint(NEXT_LINK, patient.pk),
        feed_token=_mint(FEED_LINK, patient.pk),
        stop_token=_mint(STOP_LINK, patient.pk),
        alarm=Alarm.objects.create(
            kind=AlarmKind.MANY_PEOPLE,
            staff_id=day.nurse.pk,
            clinic_id=day.clinic.pk,
            window=NOW - timedelta(hours=2),
            people=50,
            raised_at=NOW,
        ),
        browser=factories.make_activated_browser(patient=patient, by=day.nurse),
        invitation_token=invite(staff=day.nurse, by=day.by, now=factories.BEFORE),
        token=mint(
            purpose=APPOINTMENT_LINK,
            subject_id=booked.pk,
            expires_at=NOW + timedelta(days=1),
            now=factories.BEFORE,
        ),
        interest_token=mint(
            purpose=INTEREST_LINK,
            subject_id=interest.pk,
            expires_at=NOW + timedelta(days=1),
            now=factories.BEFORE,
        ),
        case_token=mint(
            purpose=CASE_LINK,
            subject_id=case.pk,
            expires_at=NOW + timedelta(days=1),
            now=factories.BEFORE,
        ),
    )


def _message(day: factories.Day, booked: Appointment) -> Message:
    """Let a message to somebody come to nothing."""
    return Message.objects.create(
        kind="booked",
        channel="email",
        subject_id=booked.pk,
        clinic=day.clinic,
        state=Message.State.FAILED,
        fate="no_address",
        due_at=factories.BEFORE,
        created_at=factories.BEFORE,
        ended_at=factories.BEFORE,
    )


def _displaced(patient: Patient) -> Displaced:
    """Cancel a day in which the patient had a time, with no other day to go to."""
    session = factories.make_session(starts_at=factories.OPENING + timedelta(days=14))
    factories.make_booking(session=session, patient=patient, dose_number=2)
    wish = Wish(Rearranging.CANCEL, shape_of(session))
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    with_it = {"fingerprint": seen.fingerprint, "by": Actor.system(), "now": NOW}
    apply(session_id=session.pk, wish=wish, **with_it)
    return Displaced.objects.get()


def _to_call(day: factories.Day) -> RecallContact:
    """Recall a lot that somebody had a dose of."""
    lot = factories.make_lot(clinic=day.clinic, number="T1")
    vial = factories.make_vial(clinic=day.clinic, lot=lot, by=day.nurse)
    factories.make_dose(vial=vial, by=day.nurse)
    recall_lot(lot_id=lot.pk, clinic_id=day.clinic.pk, reason="Fra produsenten", by=day.by, now=NOW)
    return RecallContact.objects.get()


def _mint(purpose: str, subject_id: UUID) -> str:
    ends = NOW + timedelta(days=1)
    return mint(purpose=purpose, subject_id=subject_id, expires_at=ends, now=factories.BEFORE)


def _waiting(day: factories.Day, booked: Appointment) -> tuple[WaitingEntry, Offer]:
    """Let the one who is booked wait for an earlier time, and offer them one."""
    entry = factories.make_wait(clinic=day.clinic, decision=booked.decision, eta_minutes=30)
    offer_free_times(now=factories.BEFORE)
    return entry, Offer.objects.get(entry=entry)


def _other(day: factories.Day) -> Patient:
    """Let somebody else have been at the clinic, who may be the same person."""
    booked = factories.make_booking(session=day.session, clock="17.50")
    cancel(appointment_id=booked.pk, by=day.by, now=factories.BEFORE)
    assert booked.patient
    return booked.patient


def _given(day: factories.Day, vial: Vial) -> Dose:
    """Vaccinate somebody at their visit."""
    visit = factories.make_arrival(session=day.session, clock="16.10", by=day.nurse)
    assert visit.patient
    decision = rescreen_for(
        appointment_id=visit.pk,
        answers=factories.day_answers(visit.patient),
        by=day.by,
        now=visit.slot.starts_at,
    )
    return vaccinate(
        appointment_id=visit.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=visit.slot.starts_at,
    ).dose


def _registered(day: factories.Day, dose: Dose) -> RegistryReport:
    """Note that a dose stands in the register."""
    mark_registered(
        clinic_id=day.clinic.pk,
        doses=[(dose.pk, ReportKind.GIVEN)],
        on=factories.DAY,
        reference="",
        by=day.by,
        now=NOW,
    )
    return RegistryReport.objects.get()


def make_staff(name: str, *roles: tuple[Clinic, Role], superuser: bool = False) -> Staff:
    """Make a staff user with roles from long ago on, or without any."""
    staff = Staff.objects.create(
        email=f"{name}@example.org", name=name, is_staff=superuser, is_superuser=superuser
    )
    for clinic, role in roles:
        Membership.objects.create(
            staff=staff, clinic=clinic, role=role, valid_from=factories.LONG_AGO
        )
    return staff


def _appointment(objects: Objects, page: Page) -> object:
    """At the board somebody has arrived; a patient's own pages are for a time to come."""
    return (objects.arrived if page.name.startswith("dayboard:") else objects.booked).pk


def _token(objects: Objects, page: Page) -> str:
    return objects.case_token if page.name.startswith("cases:") else objects.token


def _admin_object(objects: Objects, page: Page) -> object:
    model_admin = getattr(page.view, "model_admin", None)
    model = model_admin.model if model_admin else Clinic
    first = model.objects.first()
    return first.pk if first else objects.clinic.pk


URL_ARGUMENTS: dict[str, Callable[[Objects, Page], object]] = {
    "alarm_id": lambda objects, _page: objects.alarm.pk,
    "answer_id": lambda objects, _page: objects.answer.pk,
    "next_token": lambda objects, _page: objects.next_token,
    "browser_id": lambda objects, _page: objects.browser.browser_id,
    "appointment_id": _appointment,
    "ask_id": lambda objects, _page: objects.ask.pk,
    "feed_token": lambda objects, _page: objects.feed_token,
    "ask_token": lambda objects, _page: objects.ask_token,
    "case_id": lambda objects, _page: objects.case.pk,
    "clinic_slug": lambda objects, _page: objects.clinic.slug,
    "displaced_id": lambda objects, _page: objects.displaced.pk,
    "contact_id": lambda objects, _page: objects.to_call.pk,
    "lot_id": lambda objects, _page: objects.to_call.recall.lot_id,
    "dose_id": lambda objects, _page: objects.given.pk,
    "entry_id": lambda objects, _page: objects.entry.pk,
    "interest_id": lambda objects, _page: objects.interest.pk,
    "interest_token": lambda objects, _page: objects.interest_token,
    "reaction_id": lambda objects, _page: objects.reaction.pk,
    "report_id": lambda objects, _page: objects.report.pk,
    "other_id": lambda objects, _page: objects.other.pk,
    "note_id": lambda objects, _page: objects.note.pk,
    "message_id": lambda objects, _page: objects.message.pk,
    "patient_id": lambda objects, _page: objects.patient.pk,
    "offer_id": lambda objects, _page: objects.offer.pk,
    "offer_token": lambda objects, _page: objects.offer_token,
    "session_id": lambda objects, _page: objects.session.pk,
    "slug": lambda objects, _page: objects.clinic.slug,
    "stop_token": lambda objects, _page: objects.stop_token,
    "step": lambda _objects, _page: Step.DATE_OF_BIRTH.value,
    "invitation_token": lambda objects, _page: objects.invitation_token,
    "token": _token,
    "vial_id": lambda objects, _page: objects.vial.pk,
    "waiting_token": lambda objects, _page: objects.waiting_token,
    "pk": lambda _objects, _page: 0,  # a passkey; one of another's leads to the account, too
    # the admin's
    "app_label": lambda _objects, _page: "clinics",
    "content_type_id": lambda _objects, _page: ContentType.objects.get_for_model(Clinic).pk,
    "id": lambda objects, _page: objects.colleague.pk,
    "kind": lambda _objects, _page: "booked",
    "language": lambda _objects, _page: "nb",
    "object_id": _admin_object,
    "url": lambda _objects, _page: "finnes-ikke",
}

# What pages need after the "?", by the page's name.
QUERIES = {
    "admin:autocomplete": "?app_label=clinics&model_name=membership&field_name=staff",
}


def address_of(page: Page, objects: Objects) -> str:
    """Return a page's address for the objects. Fails when it has an unknown URL argument."""
    unknown = set(page.arguments) - set(URL_ARGUMENTS)
    assert not unknown, (
        f"{page}: nothing says what the URL arguments {sorted(unknown)} name. "
        "Add them to URL_ARGUMENTS in tests/access/objects.py, so that this page is tested too."
    )
    arguments = {name: URL_ARGUMENTS[name](objects, page) for name in page.arguments}
    return page.address(arguments) + QUERIES.get(page.name, "")
