"""The board where no doctor's order holds: calm, clear, and with the way to mend it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from clinics.domain.roles import Role
from clinics.models import Staff
from tests.access.logins import log_in
from tests.care.dayboard.pages import ask_all_no, of_person, of_session, text
from tests.factories import (
    DAY,
    OPENING,
    Day,
    actor_of,
    at,
    make_doctor,
    make_order,
    make_session,
    make_staff,
)
from vaccinations.models import Dose, StandingOrder, Vial
from vaccinations.services.orders import withdraw_standing_order

ALERT = "Doser kan ikke gis ennå"


def withdraw_all(day: Day) -> None:
    doctor = make_doctor(clinic=day.clinic, name="Dr. Nes")
    for order in StandingOrder.objects.filter(withdrawn_at=None):
        withdraw_standing_order(
            order_id=order.pk,
            clinic_id=day.clinic.pk,
            by=actor_of(doctor, day.clinic, Role.CLINICIAN),
            now=at("17.00"),
        )


@pytest.fixture
def _no_order(day: Day) -> None:
    withdraw_all(day)


def test_with_an_order_there_is_nothing_to_see_on_the_board(nurse: Client, day: Day) -> None:
    page = text(nurse.get(of_session("board", day.session)))
    assert ALERT not in page


@pytest.mark.usefixtures("_no_order")
def test_the_board_says_that_doses_cannot_be_given_and_who_can_sign(
    nurse: Client, day: Day
) -> None:
    for name in ("board", "live"):
        response = nurse.get(of_session(name, day.session))
        page = text(response)
        assert ALERT in page
        assert "Ingen ordinasjon fra lege gjelder her torsdag 26. november." in page
        assert "Dr. Nes" in page
        assert "/admin/" not in response.content.decode(), "the nurse has no admin to go to"
        assert of_session("open_vial", day.session) not in response.content.decode()


@pytest.mark.usefixtures("_no_order")
def test_a_doctor_who_may_sign_is_led_to_where_one_signs(day: Day, clock: object) -> None:
    doctor = make_doctor(clinic=day.clinic, name="Dr. Lie")
    Staff.objects.filter(pk=doctor.pk).update(is_staff=True)
    browser = log_in(Client(), doctor)

    html = browser.get(of_session("board", day.session)).content.decode()

    address = (
        reverse("admin:vaccinations_standingorder_add")
        + f"?clinic={day.clinic.pk}&amp;product={day.session.product_id}"
    )
    assert f'href="{address}"' in html
    assert browser.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.usefixtures("_no_order")
def test_others_who_use_the_admin_are_led_to_the_list(day: Day, clock: object) -> None:
    lead = make_staff(Role.LEAD, clinic=day.clinic)
    Staff.objects.filter(pk=lead.pk).update(is_staff=True)
    browser = log_in(Client(), lead)

    html = browser.get(of_session("board", day.session)).content.decode()

    address = reverse("admin:vaccinations_standingorder_changelist")
    assert f'href="{address}"' in html
    assert browser.get(address).status_code == 200


@pytest.mark.usefixtures("_no_order")
def test_where_nobody_can_sign_the_board_says_who_can_help(nurse: Client, day: Day) -> None:
    Staff.objects.update(hpr_number="")
    page = text(nurse.get(of_session("board", day.session)))
    assert "Ingen lege med HPR-nummer er registrert her." in page


def test_the_persons_page_does_not_offer_the_dose(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    withdraw_all(day)
    ask_all_no(nurse, waiting)

    response = nurse.get(of_person("person", waiting))

    page, html = text(response), response.content.decode()
    assert ALERT in page
    assert of_person("give_dose", waiting) not in html
    assert "Åpne nytt glass" not in page
    assert "Spør på nytt" in page


def test_an_order_withdrawn_while_the_page_was_open_stops_the_dose(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    decision = ask_all_no(nurse, waiting)
    withdraw_all(day)

    response = nurse.post(
        of_person("give_dose", waiting),
        {"decision": decision, "vial": vial.pk, "site": Dose.Site.LEFT_ARM},
    )

    page = text(response)
    assert "Ikke registrert" in page
    assert "Ingen ordinasjon fra lege gjelder her i dag" in page
    assert not Dose.objects.exists()


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (DAY + timedelta(days=35), "gjelder til og med 31. desember 2026."),
        (None, "gjelder inntil videre."),
    ],
)
def test_in_force_the_give_page_says_who_ordered_and_until_when(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial, until: object, words: str
) -> None:
    withdraw_all(day)
    make_order(clinic=day.clinic, valid_until=until, now=at("17.10"))  # type: ignore[arg-type]
    ask_all_no(nurse, waiting)

    page = text(nurse.get(of_person("person", waiting)))

    assert f"Ordinert av Dr. Lund (HPR 9000011), {words}" in page
    assert ALERT not in page


def test_a_day_to_come_warns_when_the_order_ends_before_it(nurse: Client, day: Day) -> None:
    withdraw_all(day)
    make_order(clinic=day.clinic, valid_until=DAY + timedelta(days=3), now=at("17.10"))
    sooner = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=2))
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    # Making a later session signs what it lacks.
    StandingOrder.objects.filter(withdrawn_at=None, valid_until=None).update(
        valid_until=DAY + timedelta(days=3)
    )

    assert ALERT not in text(nurse.get(of_session("board", day.session)))
    assert ALERT not in text(nurse.get(of_session("board", sooner)))
    assert "gjelder her torsdag 3. desember" in text(nurse.get(of_session("board", later)))


def test_a_day_that_has_passed_needs_no_order(nurse: Client, day: Day) -> None:
    past = make_session(clinic=day.clinic, starts_at=OPENING - timedelta(days=7))
    withdraw_all(day)
    assert ALERT not in text(nurse.get(of_session("board", past)))
