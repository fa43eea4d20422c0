"""From a code on the patient's page to answered questions: typed fast, few clicks, two nurses."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.selectors.arrival_codes import arrival_code
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from clinics.services.staffing import enrol_totp
from patients.models import IdentityCheck, Patient
from tests.browser import DESKTOP, TABLET
from tests.factories import make_booking, make_clinic, make_lot, make_session, make_staff
from tests.invariants import assert_integrity
from tests.journeys.staff import PASSWORD, SECRET, log_in, make_nurse, see_id

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# A machine under load is slow; what is measured is that no step waits for anything.
SECONDS = 30


@pytest.fixture
def booking():
    """Somebody booked in a session that began an hour ago."""
    now = timezone.now().replace(second=0, microsecond=0)
    starts_at = now - timedelta(hours=1)
    make_lot(clinic=make_clinic(), expires_on=oslo_date(now) + timedelta(days=30))
    session = make_session(starts_at=starts_at, now=starts_at - timedelta(days=7))
    clock = (starts_at + timedelta(minutes=50)).astimezone(OSLO).strftime("%H.%M")
    return make_booking(session=session, clock=clock)


def scan(visitor, code):
    """Type as a scanner does: at once, then Enter."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.type(code, delay=1)
        visitor.page.keyboard.press("Enter")


@pytest.mark.parametrize("size", [DESKTOP, TABLET], ids=["desktop", "tablet"])
def test_a_scan_two_choices_and_one_button_then_one_for_the_questions(
    size, booking, new_visitor, valkey, record_property
):
    session = booking.slot.session
    kari = new_visitor(size)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{session.pk}/finn/")
    began = time.monotonic()

    scan(kari, arrival_code(booking.pk, booking.date))
    kari.reads("Er dette rett person?", booking.patient.name)
    see_id(kari)

    booking.refresh_from_db()
    assert booking.status == "arrived"
    kari.reads("Oppmøtet er registrert.")
    scan(kari, arrival_code(booking.pk, booking.date).lower())
    kari.reads("Spør om dette i dag")
    assert kari.page.locator("form input:checked").count() == 0
    kari.press("Spurt om alt: nei på alt")
    kari.reads("Informert kl.")

    seconds = time.monotonic() - began
    record_property("clicks", "ID 1, why no number 1, check in 1, asked all 1; two scans")
    record_property("seconds", round(seconds, 1))
    assert seconds < SECONDS
    assert_integrity()


def test_the_box_on_the_board_finds_by_name_while_the_board_is_live(booking, new_visitor, valkey):
    session = booking.slot.session
    kari = new_visitor(DESKTOP)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{session.pk}/")
    kari.page.focus("#desk-search")
    kari.page.keyboard.type(booking.patient.family_name[:3])
    kari.page.wait_for_timeout(5500)
    assert kari.page.input_value("#desk-search") == booking.patient.family_name[:3]

    with kari.page.expect_navigation():
        kari.page.keyboard.press("Enter")

    kari.reads("Er dette rett person?", booking.patient.name)


def test_of_two_nurses_at_once_the_second_sees_who_was_first(booking, new_visitor, valkey):
    path = f"/tavle/{booking.slot.session_id}/person/{booking.pk}/mott/"
    kari, ola = new_visitor(DESKTOP), new_visitor(TABLET)
    log_in(kari, make_nurse())
    colleague = make_staff(
        Role.VACCINATOR, clinic=make_clinic(), name="Ola Lund", email="ola@example.org"
    )
    colleague.set_password(PASSWORD)
    colleague.save()
    enrol_totp(colleague, SECRET)
    log_in(ola, colleague)
    kari.open(path)
    ola.open(path)

    see_id(kari)
    see_id(ola)

    ola.reads("Kari Nes registrerte oppmøtet kl.")
    assert IdentityCheck.objects.count() == 1
    assert Patient.objects.get(pk=booking.patient_id).no_number_why == "not_shown"
    assert_integrity()
