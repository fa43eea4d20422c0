"""Entering the day from paper: vials and people, in any order, with the real times."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from appointments.domain.status import Status
from appointments.models import Appointment
from audit.models import AuditEntry
from eligibility.models import Decision
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_session, text
from tests.factories import Day, at, make_booking, make_lot, make_staff
from vaccinations.models import Dose, Lot, Vial

pytestmark = pytest.mark.django_db

EVENING = at("19.30")


@pytest.fixture
def evening(nurse: Client, clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(EVENING)
    return clock


@pytest.fixture
def booked(day: Day) -> Appointment:
    return make_booking(session=day.session, clock="16.30")


def enter_vial(client: Client, day: Day, **wrong: object) -> HttpResponse:
    line = {"letter": "a", "lot": day.lot.pk, "opened": "16.20", **wrong}
    return client.post(of_session("after_vial", day.session), line, follow=True)


def line(appointment: Appointment, day: Day, **other: object) -> dict[str, object]:
    """Fill in a line: came 16.35, all no, vial A in the left arm at 16.40, by the nurse."""
    vial = Vial.objects.filter(letter="A").first()
    fields = {
        "came": "16.35",
        "id_seen": "on",
        "all_no": "on",
        "vial": vial.pk if vial else "",
        "site": "left_upper_arm",
        "given": "1640",
        "vaccinator": day.nurse.pk,
        **other,
    }
    return {f"{appointment.pk}-{name}": value for name, value in fields.items() if value}


def enter(client: Client, day: Day, *lines: dict[str, object]) -> HttpResponse:
    posted = {name: value for one in lines for name, value in one.items()}
    return client.post(of_session("after_register", day.session), posted, follow=True)


def test_a_vial_is_entered_with_its_letter_and_real_time(
    nurse: Client, evening: object, day: Day
) -> None:
    for _twice in range(2):
        page = text(enter_vial(nurse, day))

    vial = Vial.objects.get()
    assert "Hetteglass A er ført inn." in page
    assert (vial.letter, vial.opened_at) == ("A", at("16.20"))
    assert vial.use_before == at("16.20") + timedelta(minutes=120)
    assert AuditEntry.objects.filter(action="vial.opened_late").count() == 1


def test_vials_are_entered_in_any_order(nurse: Client, evening: object, day: Day) -> None:
    for letter, opened in (("C", "18.00"), ("A", "16.20")):
        enter_vial(nurse, day, letter=letter, opened=opened)

    assert "Hetteglass D" not in text(enter_vial(nurse, day, letter="B", opened="17.00"))
    assert set(Vial.objects.values_list("letter", flat=True)) == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"letter": ""}, "Skriv bokstaven på glasset"),
        ({"lot": ""}, "Velg loten som står på glasset"),
        ({"opened": "25.00"}, "Skriv klokkeslettet som 16.40"),
        ({"opened": "23.00"}, "Tiden har ikke vært ennå"),
    ],
)
def test_what_is_wrong_with_a_vial_is_said_on_its_field(
    nurse: Client, evening: object, day: Day, wrong: dict[str, str], words: str
) -> None:
    assert words in text(enter_vial(nurse, day, **wrong))
    assert not Vial.objects.exists()


def test_a_letter_that_another_vial_has_is_refused(
    nurse: Client, evening: object, day: Day
) -> None:
    enter_vial(nurse, day)

    assert "Bokstaven er brukt" in text(enter_vial(nurse, day, opened="17.00"))


def test_a_lot_that_the_stock_says_is_empty_is_refused(
    nurse: Client, evening: object, day: Day
) -> None:
    empty = make_lot(clinic=day.clinic, number="TOM", vials=0)

    assert "Rett lageret først" in text(enter_vial(nurse, day, lot=empty.pk))


def test_a_vial_of_a_lot_stopped_since_is_entered_all_the_same(
    nurse: Client, evening: object, day: Day
) -> None:
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.QUARANTINED)

    enter_vial(nurse, day)

    assert Vial.objects.exists()


def test_a_line_is_entered_with_the_real_times(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    enter_vial(nurse, day)

    page = text(enter(nurse, day, line(booked, day)))

    booked.refresh_from_db()
    dose, decision = Dose.objects.get(), Decision.objects.get(pk=booked.decision_id)
    assert "1 linje er lagret." in page
    assert booked.status == Status.VACCINATED
    assert booked.arrived_at == at("16.35")
    assert (dose.given_at, dose.recorded_at) == (at("16.40"), EVENING)
    assert (dose.vaccinator, dose.site, dose.deviation) == (day.nurse, "left_upper_arm", "")
    assert (decision.source, decision.assessed_on) == (Decision.Source.RESCREEN, day.session.date)


def test_the_same_line_twice_is_one_dose(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    enter_vial(nurse, day)
    one = line(booked, day)

    enter(nurse, day, one)
    enter(nurse, day, one)

    assert Dose.objects.count() == 1


def test_a_colleague_may_have_given_the_dose(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    colleague = make_staff(clinic=day.clinic, name="Lea")
    enter_vial(nurse, day)

    enter(nurse, day, line(booked, day, vaccinator=colleague.pk))

    assert Dose.objects.get().vaccinator == colleague


def test_one_wrong_line_does_not_hold_up_the_others_and_keeps_what_was_written(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    other = make_booking(session=day.session, clock="16.40")
    enter_vial(nurse, day)

    response = enter(nurse, day, line(other, day, given=""), line(booked, day))

    booked.refresh_from_db()
    other.refresh_from_db()
    assert (booked.status, other.status) == (Status.VACCINATED, Status.BOOKED)
    page = response.content.decode()
    assert "Disse linjene er ikke lagret" in page
    assert "Skriv når dosen ble gitt" in page
    assert f'name="{other.pk}-came" value="16.35"' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"came": ""}, "Skriv når personen kom"),
        ({"came": "9999"}, "Skriv klokkeslettet som 16.40"),
        ({"came": "23.00", "given": "23.10"}, "Tiden må være på denne dagen, og ha vært"),
        ({"given": "23.10"}, "Tiden har ikke vært ennå"),
        ({"id_seen": ""}, "Kryss av for at gyldig legitimasjon ble sett"),
        ({"given": "16.10"}, "Dosen kan ikke være gitt før personen kom"),
        ({"vial": ""}, "Velg glasset dosen kom fra"),
        ({"site": ""}, "Velg arm"),
        ({"vaccinator": ""}, "Velg hvem som ga dosen"),
        ({"all_no": ""}, "eller spørsmålene er ikke ført. Skriv hvorfor"),
        ({"given": "19.00"}, "Skriv hvorfor"),
        ({"missed": "on"}, "Fjern «Ikke møtt», eller tøm resten av linjen"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_saved(
    nurse: Client,
    evening: object,
    day: Day,
    booked: Appointment,
    wrong: dict[str, str],
    words: str,
) -> None:
    enter_vial(nurse, day)

    page = text(enter(nurse, day, line(booked, day, **wrong)))

    booked.refresh_from_db()
    assert words in page
    assert booked.status == Status.BOOKED
    assert not Dose.objects.exists()


def test_a_dose_after_the_window_is_recorded_with_its_deviation(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    enter_vial(nurse, day)

    enter(nurse, day, line(booked, day, given="19.00", reason="Strømmen var borte"))

    dose = Dose.objects.get()
    assert dose.deviation == "window"
    assert dose.deviation_reason == "Strømmen var borte"


def test_who_said_yes_to_something_is_entered_as_here_and_goes_on_on_their_page(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    came = {f"{booked.pk}-came": "16.35", f"{booked.pk}-id_seen": "on"}

    enter(nurse, day, came)

    booked.refresh_from_db()
    assert (booked.status, booked.arrived_at) == (Status.ARRIVED, at("16.35"))


def test_who_did_not_come_is_noted_and_corrected_from_the_same_page(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    enter_vial(nurse, day)
    enter(nurse, day, {f"{booked.pk}-missed": "on"})
    booked.refresh_from_db()
    assert booked.status == Status.NO_SHOW

    enter(nurse, day, line(booked, day))

    booked.refresh_from_db()
    assert booked.status == Status.VACCINATED


def test_the_day_after_it_is_entered_for_the_real_day(
    nurse: Client, evening: time_machine.Traveller, day: Day, booked: Appointment
) -> None:
    evening.move_to(EVENING + timedelta(hours=14))
    morning = log_in(Client(), day.nurse)
    enter_vial(morning, day)

    enter(morning, day, line(booked, day))

    dose = Dose.objects.get()
    assert (dose.given_at, dose.deviation) == (at("16.40"), "")


def test_an_empty_form_says_that_nothing_was_filled_in(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    page = text(enter(nurse, day, {f"{booked.pk}-vaccinator": day.nurse.pk}))

    assert "Ingen linjer var fylt ut" in page


def test_after_a_line_the_next_one_has_the_focus(
    nurse: Client, evening: object, day: Day, booked: Appointment
) -> None:
    following = make_booking(session=day.session, clock="16.40")
    enter_vial(nurse, day)

    page = enter(nurse, day, line(booked, day)).content.decode()

    field = page[page.index(f'name="{following.pk}-came"') :]
    assert "autofocus" in field[: field.index(">")]
