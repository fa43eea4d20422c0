"""The pages about a recalled lot."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given as any_
from hypothesis import strategies as st

from care.csv_file import csv_text, safe_cell
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.care.conftest import NOW
from tests.care.dayboard.pages import text
from tests.factories import Day, make_dose, make_patient, make_staff
from vaccinations.models import Lot, Recall, RecallContact, Vial


@pytest.fixture
def lead(day: Day) -> Client:
    return log_in(Client(), make_staff(Role.LEAD, clinic=day.clinic, name="Lise Lund"))


@pytest.fixture
def dosed(day: Day, vial: Vial) -> None:
    alice = make_patient(given_name="Alice", family_name="Å")
    make_dose(vial=vial, patient=alice, by=day.nurse, now=NOW)


def page(day: Day, name: str, **more: object) -> str:
    return reverse(
        f"desk:{name}",
        kwargs={"clinic_slug": day.clinic.slug, "lot_id": day.lot.pk, **more},
    )


@pytest.mark.usefixtures("dosed")
def test_the_preview_says_what_happens_and_one_confirm_does_it(lead: Client, day: Day) -> None:
    shown = text(lead.get(page(day, "recall")))
    assert "19 uåpnede glass kan ikke åpnes lenger." in shown
    assert "1 person har fått 1 dose av loten" in shown
    assert "Åpne glass lukkes, og resten føres som kastet: A" in shown
    assert not Recall.objects.exists()

    after = text(lead.post(page(day, "recall"), {"reason": "Fra produsenten"}, follow=True))

    assert "Lot 4F21 er tilbakekalt." in after
    assert "Å, Alice" in after
    assert "av Lise Lund: Fra produsenten" in after


def test_without_a_reason_nothing_is_recalled(lead: Client, day: Day) -> None:
    shown = text(lead.post(page(day, "recall"), {"reason": ""}))

    assert "Skriv hvorfor loten tilbakekalles" in shown
    assert not Recall.objects.exists()


@pytest.mark.usefixtures("dosed")
def test_a_second_click_leads_to_the_list_and_changes_nothing(lead: Client, day: Day) -> None:
    for _ in range(2):
        response = lead.post(page(day, "recall"), {"reason": "Fra produsenten"})

    assert response.headers["Location"] == page(day, "recall_calls")
    assert (Recall.objects.count(), RecallContact.objects.count()) == (1, 1)


def test_a_nurse_may_not_recall(nurse: Client, day: Day) -> None:
    assert nurse.post(page(day, "recall"), {"reason": "x"}).status_code == 403
    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.USABLE


@pytest.mark.usefixtures("dosed")
def test_people_are_ticked_off_one_by_one_by_a_nurse_and_it_can_be_taken_back(
    lead: Client, nurse: Client, day: Day
) -> None:
    lead.post(page(day, "recall"), {"reason": "Fra produsenten"})
    home = text(nurse.get(reverse("desk:home")))
    assert "Lot 4F21 er tilbakekalt: 1 person skal ringes" in home
    contact = RecallContact.objects.get()

    told = page(day, "recall_told", contact_id=contact.pk)
    assert "Ingen igjen å ringe" in text(nurse.post(told, follow=True))
    assert "Det var gjort allerede." in text(nurse.post(told, follow=True))

    undo = page(day, "recall_not_told", contact_id=contact.pk)
    assert "Personen står på listen igjen." in text(nurse.post(undo, follow=True))


def test_before_a_recall_the_list_says_so(nurse: Client, day: Day) -> None:
    assert "Loten er ikke tilbakekalt her" in text(nurse.get(page(day, "recall_calls")))


def test_the_list_as_a_file_runs_nothing(lead: Client, day: Day, vial: Vial) -> None:
    mallory = make_patient(given_name="Mallory", family_name="=Cmd")
    make_dose(vial=vial, patient=mallory, by=day.nurse, now=NOW)
    lead.post(page(day, "recall"), {"reason": "Fra produsenten"})

    response = lead.get(page(day, "recall_csv"))

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Navn;Fødselsdato;Telefon;E-post;Doser;Snakket med"
    assert lines[1].startswith("'=Cmd, Mallory;")
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("dosed")
def test_the_list_takes_as_many_queries_for_many_people(
    lead: Client, day: Day, vial: Vial, django_assert_num_queries
) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW + timedelta(minutes=1))
    make_dose(vial=vial, by=day.nurse, now=NOW + timedelta(minutes=2))
    lead.post(page(day, "recall"), {"reason": "Fra produsenten"})
    lead.get(page(day, "recall_calls"))

    with django_assert_num_queries(11):
        lead.get(page(day, "recall_calls"))


@any_(st.text())
def test_no_cell_begins_as_a_formula_does(value):
    assert not safe_cell(value).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert csv_text([[value]]).startswith("\ufeff")
