"""A nurse logs in, checks somebody in, asks, opens a vial, gives the dose; dose 2 is booked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from clinics.domain.calendar import OSLO, oslo_date
from tests.browser import DESKTOP, PHONE, TABLET
from tests.factories import make_booking, make_clinic, make_lot, make_session
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse, see_id
from vaccinations.models import Dose, Lot, Vial

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def under_way():
    """A session that began an hour ago, one booking in it, and sessions 27 and 30 days ahead."""
    now = timezone.now().replace(second=0, microsecond=0)
    starts_at = now - timedelta(hours=1)
    make_lot(clinic=make_clinic(), expires_on=oslo_date(now) + timedelta(days=30))
    make_lot(clinic=make_clinic(), number="GAMMEL", expires_on=oslo_date(now) - timedelta(days=1))
    session = make_session(starts_at=starts_at, now=starts_at - timedelta(days=7))
    for days in (27, 30):
        make_session(starts_at=starts_at + timedelta(days=days), now=now)
    return session


def book_alice(session, **answers):
    clock = (session.starts_at + timedelta(minutes=50)).astimezone(OSLO).strftime("%H.%M")
    return make_booking(session=session, clock=clock, **answers)


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_from_log_in_to_a_given_dose_and_a_place_for_dose_two(size, under_way, new_visitor, valkey):
    booking = book_alice(under_way)
    nurse = make_nurse()
    kari = new_visitor(size)
    log_in(kari, nurse)
    kari.press("Åpne tavla")
    kari.reads(booking.patient.sorted_name, "Venter", "Ventes")

    kari.press("Møtt")
    kari.reads(booking.patient.name)
    see_id(kari)
    booking.refresh_from_db()
    assert (booking.status, booking.id_seen_by) == ("arrived", nurse)

    kari.open(f"/tavle/{under_way.pk}/glass/")
    kari.reads("4F21")
    assert "GAMMEL" not in kari.page.inner_text("main")
    kari.page.locator("input[name=lot]").first.check()
    kari.press("Åpne glasset nå")
    vial = Vial.objects.get()
    assert vial.use_before - vial.opened_at == timedelta(minutes=120)

    kari.open(f"/tavle/{under_way.pk}/person/{booking.pk}/")
    assert kari.page.locator("form input:checked").count() == 0
    kari.press("Spurt om alt: nei på alt")
    kari.page.check("input[name=site][value=left_upper_arm]")
    kari.press("Sett dose")

    dose = Dose.objects.get()
    booking.refresh_from_db()
    assert (booking.status, booking.dose) == ("vaccinated", dose)
    assert (dose.route, str(dose.volume_ml), dose.vial) == ("intradermal", "0.10", vial)
    assert (dose.vaccinator, dose.lot_number, dose.within_limits) == (nurse, "4F21", True)
    following = Appointment.objects.get(patient=booking.patient, dose_number=2)
    assert following.status == "booked"
    assert following.date == booking.date + timedelta(days=30)
    kari.reads("Neste dose")

    kari.press("Til tavla")
    kari.reads("1 vaksinert", "4")
    assert_integrity()


def test_one_with_a_tendency_to_keloids_gets_a_whole_vial_under_the_skin(
    under_way, new_visitor, valkey
):
    booking = book_alice(under_way)
    kari = new_visitor(DESKTOP)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{under_way.pk}/person/{booking.pk}/mott/")
    see_id(kari)
    kari.open(f"/tavle/{under_way.pk}/glass/")
    kari.page.locator("input[name=lot]").first.check()
    kari.press("Åpne glasset nå")
    kari.open(f"/tavle/{under_way.pk}/person/{booking.pk}/")
    kari.page.check("input[name=yes][value=keloid_tendency]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.reads("under huden, 0,5 ml")
    kari.page.check("input[name=site][value=left_upper_arm]")
    kari.press("Sett dose")
    dose = Dose.objects.get()
    assert (dose.route, str(dose.volume_ml)) == ("subcutaneous", "0.50")
    assert dose.vial.closed_at == dose.given_at
    assert_integrity()


def test_one_with_fever_is_not_vaccinated_and_not_silently_dropped(under_way, new_visitor, valkey):
    booking = book_alice(under_way)
    kari = new_visitor(DESKTOP)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{under_way.pk}/person/{booking.pk}/mott/")
    see_id(kari)
    kari.open(f"/tavle/{under_way.pk}/person/{booking.pk}/")
    kari.page.check("input[name=yes][value=fever_over_38]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    assert kari.page.get_by_role("button", name="Sett dose").count() == 0
    booking.refresh_from_db()
    assert booking.status == "arrived"
    assert Dose.objects.count() == 0
    assert_integrity()


def test_an_expired_lot_cannot_be_chosen_even_by_hand(under_way, new_visitor, valkey):
    kari = new_visitor(DESKTOP)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{under_way.pk}/glass/")
    expired = Lot.objects.get(number="GAMMEL")
    box = kari.page.locator("input[name=lot]").first
    box.evaluate(f"box => {{ box.value = '{expired.pk}' }}")
    box.check()
    kari.press("Åpne glasset nå")
    assert Vial.objects.count() == 0
    assert_integrity()
