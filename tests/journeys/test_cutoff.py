"""The lead asks a person to move, who answers on a phone; the report shows what it saved."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from appointments.models import MoveAsk
from appointments.services.booking import cancel
from appointments.services.repairs import finish_due_repairs
from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.services.staffing import enrol_totp
from notifications.services.delivery import deliver_due
from tests.appointments.services.cutoff import early_people, eve, late_person
from tests.browser import DESKTOP, PHONE
from tests.factories import (
    OPENING,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
    make_staff,
)
from tests.invariants import assert_integrity
from tests.journeys.staff import PASSWORD, SECRET, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MORNING = eve("10.00")
TELLING = re.compile(r"mpox|apekopp|monkeypox|vaksin", re.IGNORECASE)


@pytest.fixture
def _clock():
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def lead():
    made = make_staff(Role.LEAD, clinic=make_clinic(), name="Lise Lie", email="lise@example.org")
    made.set_password(PASSWORD)
    made.save()
    enrol_totp(made, SECRET)
    return made


@pytest.mark.usefixtures("_clock")
def test_a_person_is_asked_says_yes_and_is_moved(new_visitor, mailbox, lead):
    session = make_session()
    early_people(session)
    patient = make_patient(
        given_name="Alice", family_name="Ås", email="alice@example.org", contact_by="email"
    )
    alice = late_person(session, patient=patient)
    beside = make_booking(session=session, clock="18.50")
    next_week = make_session(starts_at=OPENING + timedelta(days=7))
    make_booking(session=next_week)

    office = new_visitor(DESKTOP, "lead")
    log_in(office, lead)
    office.press("Planlegging: hetteglass")
    office.reads("2 planlagt, 20 satt av", "sparer 1 hetteglass")
    office.press("Se hvem vi spør om en annen tid")
    office.reads("Det er ingen å spørre.")
    # The other one beside Alice cancels: now a vial is planned for her alone.
    cancel(appointment_id=beside.pk, by=Actor.system(), now=MORNING)
    office.open(office.page.url)
    office.reads("Vi spør 1 person", "Ås, Alice", "fra 2 til 1 hetteglass")
    office.press("Spør dem nå")
    office.press("Ja, spør dem nå")
    office.reads("0 av 1 har svart")

    deliver_due(now=lambda: eve("10.05"))
    message = next(m for m in mailbox if m.subject.startswith("Kan du komme kl. 16.50"))
    phone = new_visitor(PHONE, "alice")
    path = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    phone.open(path)
    phone.reads("Kan du komme kl. 16.50 i stedet?")
    assert not TELLING.search(phone.page.title())
    phone.press("Ja, jeg kan komme kl. 16.50")
    phone.reads("Takk for at du kan flytte", "19.30")

    office.open(office.page.url)
    office.reads("1 av 1 har svart", "Sa ja")
    finish_due_repairs(now=eve("10.20"))
    phone.open(path)
    phone.reads("Timen din er flyttet", "16.50")
    office.open(office.page.url)
    office.reads("Hetteglass før", "Sa ja, er flyttet", "Startet av Lise Lie")
    if office.pictures:
        office.page.pdf(path=office.pictures / "report.pdf", format="A4")

    assert MoveAsk.objects.get().appointment == alice
    assert_integrity(now=eve("10.21"))
