"""The guided end of the day, its report, reopening, and the list of reports."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, DayClosing
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.care.dayboard.pages import ask_all_no, of_person, of_session, text
from tests.factories import (
    Day,
    at,
    make_arrival,
    make_booking,
    make_lot,
    make_staff,
    make_thawing,
)
from vaccinations.models import Vial

pytestmark = pytest.mark.django_db

END = at("20.05")


@pytest.fixture
def evening(clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(END)
    return clock


def close(client: Client, day: Day, **posted: str) -> str:
    return text(client.post(of_session("close_day", day.session), posted, follow=True))


def admin(day: Day) -> Client:
    return log_in(Client(), make_staff(Role.ADMIN, clinic=day.clinic, name="Ada"))


def lead(day: Day) -> Client:
    return log_in(Client(), make_staff(Role.LEAD, clinic=day.clinic, name="Lea"))


def test_the_page_says_what_is_left(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    make_arrival(session=day.session, clock="17.40", by=day.nurse)
    make_booking(session=day.session, clock="18.00")

    page = text(nurse.get(of_session("close_day", day.session)))

    assert "kom kl. 17.40" in page
    assert "hadde time kl. 18.00" in page
    assert "Hetteglass A" in page
    assert page.count("Står igjen") == 3


def test_ending_too_soon_says_so_and_changes_nothing(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    page = close(nurse, day)

    assert "Dagen er ikke avsluttet" in page
    assert not DayClosing.objects.exists()


def test_a_whole_end_of_day_by_its_buttons(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    day.clinic.fee = "Oppmøtet koster 300 kroner."
    day.clinic.save()
    missed = [make_booking(session=day.session, clock=clock) for clock in ("18.00", "18.10")]
    evening.move_to(at("17.50"))
    came = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    decision = ask_all_no(nurse, came)
    dose = {"decision": decision, "vial": vial.pk, "site": "left_upper_arm"}
    nurse.post(of_person("give_dose", came), dose)
    evening.move_to(END)
    Appointment.objects.filter(pk=came.pk).update(released_at=END, released_by=day.nurse)

    one = {"person": str(missed[0].pk)}
    assert "1 person er registrert" in text(
        nurse.post(of_session("close_no_shows", day.session), one, follow=True)
    )
    everybody = {"person": "everybody"}
    nurse.post(of_session("close_no_shows", day.session), everybody)
    again = nurse.post(of_session("close_no_shows", day.session), everybody, follow=True)
    assert "Ingen er endret" in text(again)
    rest = {"rest": "end_of_day"}
    nurse.post(of_session("close_vial", day.session, vial.pk), rest)
    nurse.post(of_session("close_fees", day.session), {f"fee_{came.pk}": "exempt"})
    page = close(nurse, day)

    assert "Dagen er avsluttet" in page
    assert "4 Doser som ble igjen da det ikke kom flere" in page
    assert "2 Personer som ikke møtte" in page
    assert "80,0 %" in page
    vial.refresh_from_db()
    assert (vial.discarded, vial.discard_reason) == (4, "end_of_day")


def test_a_vial_without_an_answer_is_named_and_stays_open(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    response = nurse.post(of_session("close_vial", day.session, vial.pk), {"rest": ""})

    assert "Velg hva som skjedde med resten" in text(response)
    vial.refresh_from_db()
    assert vial.closed_at is None


def test_a_vial_whose_window_ended_suggests_that_reason(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    page = nurse.get(of_session("close_day", day.session)).content.decode()

    assert '<option value="window_ended" selected>' in page


def test_a_vial_without_a_full_dose_is_closed_as_such(
    nurse: Client, evening: time_machine.Traveller, day: Day, vial: Vial
) -> None:
    for _twice in range(2):
        nurse.post(of_session("close_vial", day.session, vial.pk), {"rest": "empty"})

    vial.refresh_from_db()
    assert (vial.not_obtainable, vial.discarded) == (5, 0)


def test_the_second_nurse_sees_who_ended_the_day(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    close(lead(day), day)

    assert "Lea avsluttet dagen kl. 20.05." in close(nurse, day)
    assert DayClosing.objects.count() == 1
    assert "Avsluttet av Lea" in text(nurse.get(of_session("close_day", day.session), follow=True))


def test_an_ended_day_takes_in_nobody_and_opens_no_vial(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    close(nurse, day)

    page = text(nurse.get(of_session("open_vial", day.session), follow=True))

    assert "Dagen er avsluttet" in page
    assert not Vial.objects.exists()


def test_the_board_of_an_ended_day_says_who_ended_it_and_opens_no_vial(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    make_lot(clinic=day.clinic)
    before = nurse.get(of_session("board", day.session)).content.decode()
    close(nurse, day)

    board = nurse.get(of_session("board", day.session)).content.decode()

    assert f"Dagen er avsluttet kl. 20.05 av {day.nurse.name}" in board
    assert of_session("open_vial", day.session) in before
    assert of_session("open_vial", day.session) not in board


def test_only_an_admin_reopens_and_says_why(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    close(nurse, day)
    address, boss = of_session("reopen_day", day.session), admin(day)
    closing = DayClosing.objects.get()

    assert nurse.get(address).status_code == 403
    without = text(boss.post(address, {"closing": closing.pk, "reason": ""}))
    assert "Skriv hvorfor dagen må åpnes igjen" in without
    page = text(boss.post(address, {"closing": closing.pk, "reason": "Feil dose"}, follow=True))

    assert "Dagen er åpen igjen" in page
    assert "Gjenåpnet av Ada" in page
    assert "Feil dose" in page


def test_the_report_says_what_changed_after_the_end(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    close(nurse, day)
    assert "Endret etter at" not in text(nurse.get(of_session("day_report", day.session)))

    numbers = DayClosing.objects.get().numbers | {"vaccinated": 7}
    DayClosing.objects.update(numbers=numbers)

    page = text(nurse.get(of_session("day_report", day.session)))
    assert "Endret etter at dagen ble avsluttet" in page
    assert "7 vaksinert" in page


def test_before_the_end_the_report_is_preliminary(nurse: Client, day: Day) -> None:
    page = text(nurse.get(of_session("day_report", day.session)))

    assert "Foreløpig: dagen er ikke avsluttet" in page


def test_the_csv_has_a_heading_and_a_line_and_no_name(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    came = make_arrival(session=day.session, clock="17.40", by=day.nurse)

    response = nurse.get(of_session("day_report_csv", day.session))

    heading, line = csv.reader(response.content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert heading[:4] == ["Dato", "Åpnet", "Stengte", "Hadde time"]
    assert line[:4] == ["2026-11-26", "16:00", "20:00", "1"]
    assert len(heading) == len(line)
    assert came.patient
    assert came.patient.family_name not in response.content.decode()


def test_the_lead_finds_the_day_among_the_reports_with_the_months_sum(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    close(nurse, day)
    address = reverse("desk:day_reports", args=[day.clinic.slug])

    page = text(lead(day).get(address))

    assert "November 2026" in page
    assert "Torsdag 26. november" in page
    assert nurse.get(address).status_code == 403
    rows = lead(day).get(f"{address}csv/").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2


def test_without_ended_days_the_list_says_where_they_come_from(day: Day) -> None:
    page = text(lead(day).get(reverse("desk:day_reports", args=[day.clinic.slug])))

    assert "Ingen dager er avsluttet ennå" in page


def test_a_day_that_was_forgotten_shows_at_home(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    make_booking(session=day.session, clock="18.00")
    evening.move_to(END + timedelta(hours=12))

    page = text(log_in(Client(), day.nurse).get(reverse("desk:home")))

    assert "torsdag 26. november er ikke avsluttet" in page


def test_thawed_vials_that_die_tonight_are_written_off_from_the_page(
    nurse: Client, evening: time_machine.Traveller, day: Day
) -> None:
    product = day.session.product
    product.stored_frozen = True
    product.save()
    frozen = make_lot(clinic=day.clinic, product=product, number="7F01")
    thawing = make_thawing(lot=frozen, by=day.nurse, vials=2, use_before=at("23.00"))
    line = {"thawing": thawing.pk, "vials": 2, "note": ""}
    address = of_session("close_thawed", day.session)

    assert "Skriv hvorfor glassene ikke ble brukt" in text(nurse.post(address, line))
    line["note"] = "Ingen kom."
    assert "ført som svinn" in text(nurse.post(address, line, follow=True))
    assert "Lageret er endret" in text(nurse.post(address, line, follow=True))
