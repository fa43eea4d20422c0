"""The page of a dose that is given in another way than planned, and whom its advice speaks to."""

import re

import pytest
from django.test import Client

from appointments.models import Appointment
from tests.access.logins import log_in
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, of_person, text
from tests.factories import Day, make_booking, make_doctor, make_dose, make_patient
from vaccinations.models import Dose, Vial

WAY = "Annen måte eller mengde enn planlagt"
WHY = "Siste person, glasset går med"


@pytest.fixture
def doctor(day: Day, nurse: Client) -> Client:
    """Another browser, in which a clinician is logged in."""
    return log_in(Client(), make_doctor(clinic=day.clinic))


def chosen(one: Appointment, vial: Vial, **more: str) -> dict[str, str]:
    """Return what the form sends for another way than planned."""
    one.refresh_from_db()
    return {
        "decision": str(one.decision_id),
        "vial": str(vial.pk),
        "site": "left_upper_arm",
        "route": "subcutaneous",
        "reason": WHY,
        **more,
    }


def is_open(html: str) -> bool:
    found = re.search(r'<details[^>]*id="annen-mate"([^>]*)>', html)
    assert found
    return "open" in found[1]


def test_another_way_is_folded_and_says_that_it_is_a_deviation(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    make_booking(session=day.session, clock="18.00")
    ask_all_no(nurse, waiting)

    response = nurse.get(of_person("person", waiting))

    page = text(response)
    assert f"{WAY} Dette er et avvik. Lederen ser det, med grunnen du skriver." in page
    assert "En dose med et annet volum kan ikke startes." in page
    assert "Siste person i dag" not in page, "somebody may still come"
    assert not is_open(response.content.decode())


def test_a_vaccinator_gives_the_whole_vial_as_a_deviation(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(nurse, waiting)

    response = nurse.post(of_person("give_dose", waiting), chosen(waiting, vial), follow=True)

    page = text(response)
    assert "Gitt under huden, 0,5 ml" in page
    assert "Avvik Gitt på en annen måte enn planlagt" in page
    assert Dose.objects.get().deviation_reason == WHY


def test_a_clinician_gives_the_whole_vial_on_their_own_word(
    doctor: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(doctor, waiting)
    page = text(doctor.get(of_person("person", waiting)))
    assert "Dette er et avvik" not in page

    response = doctor.post(of_person("give_dose", waiting), chosen(waiting, vial), follow=True)

    page = text(response)
    assert f"Bestemt av Dr. Lund: {WHY}" in page
    assert "Avvik" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "Skriv hvorfor dosen gis på en annen måte enn planlagt"),
        ({"route": "intradermal"}, "Du har skrevet en grunn. Velg måten dosen gis på"),
        ({"route": "intramuscular"}, "Velg hvordan dosen gis"),
        ({"reason": "x" * 1001}, "Skriv kortere, høyst 1000 tegn"),
    ],
)
def test_what_does_not_fit_together_is_asked_for_and_what_was_written_stays(
    nurse: Client, waiting: Appointment, vial: Vial, change: dict[str, str], words: str
) -> None:
    ask_all_no(nurse, waiting)
    posted = chosen(waiting, vial, **{"site": "right_upper_arm", **change})

    response = nurse.post(of_person("give_dose", waiting), posted)

    assert f"Rett dette før du går videre: {words}" in text(response)
    html = response.content.decode()
    assert is_open(html)
    assert posted["reason"].strip() in html
    assert "checked" in html.partition('value="right_upper_arm"')[2].partition(">")[0]
    assert not Dose.objects.exists()


def test_with_keloids_there_is_no_other_way_and_the_page_says_why(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    ticked = {"asked": "as_ticked", "yes": ["keloid_tendency"]}
    nurse.post(of_person("rescreen", waiting), ticked)
    why = "Personen får lett kraftige arr, så dosen settes bare under huden, 0,5 ml. Spør legen"
    response = nurse.get(of_person("person", waiting))
    assert f"{WAY} {why}" in text(response)
    assert 'name="route"' not in response.content.decode()

    response = nurse.post(
        of_person("give_dose", waiting), chosen(waiting, vial, route="intradermal", reason="")
    )

    assert f"Ikke registrert {why}" in text(response)
    assert not Dose.objects.exists()


def test_a_vial_that_is_begun_is_refused_and_what_was_chosen_stays(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(nurse, waiting)
    make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=NOW)

    response = nurse.post(of_person("give_dose", waiting), chosen(waiting, vial))

    html = response.content.decode()
    assert "Det er ikke nok igjen i hetteglasset." in text(response)
    assert is_open(html)
    assert WHY in html
    assert Dose.objects.count() == 1


def test_pressed_twice_gives_one_dose(nurse: Client, waiting: Appointment, vial: Vial) -> None:
    ask_all_no(nurse, waiting)
    posted = chosen(waiting, vial)

    for _ in range(2):
        nurse.post(of_person("give_dose", waiting), posted)

    assert Dose.objects.count() == 1


def test_the_lone_last_person_is_pointed_out_to_the_clinician(
    doctor: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(doctor, waiting)

    response = doctor.get(of_person("person", waiting))

    assert "Siste person i dag, og glasset går med uansett. Du kan velge hele" in text(response)
    assert is_open(response.content.decode()), "one click less"


def test_others_are_told_to_ask_the_clinician(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(nurse, waiting)

    response = nurse.get(of_person("person", waiting))

    assert "Legen kan velge hele glasset: 0,5 ml under huden. Spør legen" in text(response)
    assert not is_open(response.content.decode())


def test_asking_for_the_advice_costs_a_board_and_no_more_with_more_people(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial, django_assert_max_num_queries: object
) -> None:
    ask_all_no(nurse, waiting)
    for clock in ("18.00", "18.10", "18.20", "18.30", "18.40"):
        make_booking(session=day.session, clock=clock)

    with django_assert_max_num_queries(60):  # type: ignore[operator]
        nurse.get(of_person("person", waiting))
