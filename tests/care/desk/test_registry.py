"""The list of what the register lacks, as a page and as files (R38)."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from care.desk.registry import COLUMNS, csv_of
from clinics.domain.roles import Role
from clinics.models import Membership, Staff
from patients.models import Patient
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.factories import DAY, LONG_AGO, Day, oslo
from tests.factories.visits import make_vaccinated
from vaccinations.models import Dose, RegistryReport

LIST = ("desk:registry", ["nydalen"])


@pytest.fixture
def dose(day: Day) -> Dose:
    given = make_vaccinated(day, clock="17.30").dose
    assert given
    return given


def mark(nurse: Client, *doses: Dose, **fields: Any) -> Any:
    chosen = [f"{dose.pk}:given" for dose in doses]
    data = {"dose": chosen, "on": "26.11.2026", "reference": "S1", **fields}
    return nurse.post(reverse("desk:registry_mark", args=["nydalen"]), data, follow=True)


def test_the_list_names_what_is_due_and_counts_who_was_read(nurse: Client, dose: Dose) -> None:
    page = text(nurse.get(reverse(*LIST[:1], args=LIST[1])))
    assert dose.patient.listed_name in page
    assert "Har ikke fødselsnummer eller D-nummer." in page
    assert AuditEntry.objects.get(action="registry_list.read").patient_id == dose.patient_id


def test_many_are_marked_at_once_with_day_and_reference(
    nurse: Client, day: Day, dose: Dose
) -> None:
    other = make_vaccinated(day, clock="17.40").dose
    assert other
    assert "2 er merket som ført." in text(mark(nurse, dose, other))
    assert set(RegistryReport.objects.values_list("registered_on", "reference")) == {(DAY, "S1")}
    assert "var merket allerede" in text(mark(nurse, dose, other))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dose": []}, "Kryss av for minst én"),
        ({"on": "25.11.2026"}, "Dagen er for tidlig"),
        ({"on": "27.11.2026"}, "fram i tid"),
        ({"on": ""}, "Skriv dagen dosene ble ført"),
    ],
)
def test_what_cannot_be_is_refused(
    nurse: Client, dose: Dose, fields: dict[str, Any], words: str
) -> None:
    assert words in text(mark(nurse, dose, **fields))
    assert not RegistryReport.objects.exists()


def test_a_mark_is_undone(nurse: Client, dose: Dose) -> None:
    mark(nurse, dose)
    undo = reverse("desk:registry_undo", args=["nydalen", RegistryReport.objects.get().pk])
    assert "står på listen igjen" in text(nurse.post(undo, follow=True))
    assert "ikke noe å angre" in text(nurse.post(undo, follow=True))


def test_the_csv_opens_in_a_norwegian_spreadsheet_and_runs_nothing(
    nurse: Client, dose: Dose
) -> None:
    Patient.objects.filter(pk=dose.patient_id).update(family_name="=HYPERLINK(1)")
    answer = nurse.get(reverse("desk:registry_csv", args=["nydalen"]))
    content = answer.content.decode()
    assert content.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";")
    assert tuple(head) == COLUMNS
    assert dict(zip(head, row, strict=True))["etternavn"] == "'=HYPERLINK(1)"
    assert AuditEntry.objects.get(action="registry.exported").patient_id == dose.patient_id


def test_the_json_says_the_same(nurse: Client, dose: Dose) -> None:
    answer = nurse.get(reverse("desk:registry_json", args=["nydalen"]))
    row = json.loads(answer.content)["doser"][0]
    assert set(row) == set(COLUMNS)
    assert (row["sak"], row["dose_id"], row["gitt_klokkeslett"]) == ("gitt", str(dose.pk), "17:42")


def test_who_vaccinated_is_named_with_their_number_as_health_personnel(
    nurse: Client, day: Day, dose: Dose
) -> None:
    def told() -> tuple[str, str]:
        answer = nurse.get(reverse("desk:registry_json", args=["nydalen"]))
        row = json.loads(answer.content)["doser"][0]
        return row["vaksinator"], row["vaksinator_hpr"]

    assert told() == (dose.vaccinator.name, "")
    Staff.objects.filter(pk=dose.vaccinator_id).update(hpr_number="9000011")
    assert told() == (dose.vaccinator.name, "9000011")


def test_group_and_indication_are_no_columns() -> None:
    assert not {"gruppe", "indikasjon", "group", "indication"} & set(COLUMNS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_every_start_of_a_formula_is_made_harmless(start: str) -> None:
    row = dict.fromkeys(COLUMNS, f"{start}1+1")
    _head, cells = csv.reader(io.StringIO(csv_of([row]), newline=""), delimiter=";")
    assert all(cell.startswith("'") for cell in cells)


def test_the_page_takes_as_many_queries_for_many(
    nurse: Client, day: Day, dose: Dose, django_assert_max_num_queries: Any
) -> None:
    for clock in ("17.40", "17.50", "18.00"):
        make_vaccinated(day, clock=clock, vial=dose.vial)
    with django_assert_max_num_queries(16):
        nurse.get(reverse("desk:registry", args=["nydalen"]))


def test_the_lead_sees_what_is_overdue_on_the_first_page(
    client: Client, day: Day, dose: Dose, clock: time_machine.Traveller
) -> None:
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=LONG_AGO
    )
    clock.move_to(oslo(date(2026, 12, 4), "09.00"))
    lead = log_in(client, day.nurse)
    assert "1 dose skulle vært ført i SYSVAK" in text(lead.get(reverse("desk:home")))
    assert "1 er over fristen" in text(lead.get(reverse("desk:registry", args=["nydalen"])))
