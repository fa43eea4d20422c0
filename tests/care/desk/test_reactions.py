"""Reactions as pages: the sheet, what is told later, the report, the list."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from care.services.reactions import start_anaphylaxis
from clinics.domain.roles import Role
from clinics.models import Membership
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.factories import LONG_AGO, Day, at, make_clinic, make_staff
from tests.factories.reactions import make_reaction
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity
from vaccinations.domain.reactions import Kind, Outcome, Seriousness
from vaccinations.models import Dose, Reaction, ReactionEntry

NOW = at("17.42")
TOLD = {
    "kind": "fainting",
    "onset_on": "26.11.2026",
    "onset_clock": "17.41",
    "description": "Falt om",
    "treatment": "",
    "seriousness": ["not_serious"],
    "outcome": "recovered",
}


@pytest.fixture
def dose(day: Day) -> Dose:
    given = make_vaccinated(day, clock="17.30", now=at("17.35")).dose
    assert given
    return given


@pytest.fixture
def sheet(day: Day, dose: Dose) -> Reaction:
    return start_anaphylaxis(appointment_id=dose.appointment.pk, by=day.by, now=at("17.40"))


@pytest.fixture
def lead(client: Client, clock: object, day: Day) -> Client:
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=LONG_AGO
    )
    return log_in(client, day.nurse)


def at_reaction(name: str, reaction: Reaction) -> str:
    return reverse(f"desk:{name}", args=["nydalen", reaction.pk])


def add(nurse: Client, sheet: Reaction, step: str, words: str = "", key: object = None) -> Any:
    data = {"key": str(key or uuid4()), "step": step, "text": words}
    return nurse.post(at_reaction("reaction_add", sheet), data, follow=True)


def test_each_press_is_a_line_with_time_and_name(nurse: Client, day: Day, sheet: Reaction) -> None:
    page = text(add(nurse, sheet, "called_113"))
    assert f"17.42 Ringte 113 {day.nurse.name}" in page


def test_a_double_click_is_one_line_and_two_presses_of_one_page_are_two(
    nurse: Client, sheet: Reaction
) -> None:
    key = uuid4()
    for step in ("called_113", "called_113", "called_doctor"):
        add(nurse, sheet, step, key=key)
    assert ReactionEntry.objects.exclude(step="started").count() == 2


def test_adrenaline_is_noted_with_the_amount_that_staff_write(
    nurse: Client, sheet: Reaction
) -> None:
    assert "Skriv hvor mye som ble gitt" in text(add(nurse, sheet, "adrenaline"))
    assert "Ga adrenalin: det vi ga" in text(add(nurse, sheet, "adrenaline", "det vi ga"))


def test_a_sheet_ends_with_seriousness_and_outcome(nurse: Client, sheet: Reaction) -> None:
    end = at_reaction("reaction_end", sheet)
    ended = {
        "description": "Blek",
        "seriousness": ["hospital", "life_threatening"],
        "outcome": "recovering",
    }
    page = text(nurse.post(end, ended, follow=True))
    assert "Arket er avsluttet" in page
    assert "Livstruende" in page
    assert "Arket er avsluttet av en kollega" in text(add(nurse, sheet, "note", "for sent"))
    assert_integrity(now=NOW)


@pytest.mark.parametrize(
    ("seriousness", "outcome", "words"),
    [
        (["hospital", "not_serious"], "recovered", "både alvorlig og «Ikke alvorlig»"),
        (["death"], "recovered", "Død må stå begge steder"),
        (["not_serious"], "fatal", "Død må stå begge steder"),
        ([], "recovered", "Kryss av for «Ikke alvorlig»"),
    ],
)
def test_what_contradicts_itself_is_refused(
    nurse: Client, sheet: Reaction, seriousness: list[str], outcome: str, words: str
) -> None:
    ended = {"description": "Blek", "seriousness": seriousness, "outcome": outcome}
    assert words in text(nurse.post(at_reaction("reaction_end", sheet), ended))
    sheet.refresh_from_db()
    assert sheet.ended_at is None


def test_a_sheet_opened_by_mistake_is_closed_and_not_to_be_reported(
    lead: Client, sheet: Reaction
) -> None:
    assert "Arket er lukket" in text(lead.post(at_reaction("reaction_mistake", sheet), follow=True))
    listed = text(lead.get(reverse("desk:reactions", args=["nydalen"])))
    assert "Ikke meldt" not in listed


def test_a_sheet_somebody_wrote_on_is_no_mistake(nurse: Client, sheet: Reaction) -> None:
    add(nurse, sheet, "called_113")
    answer = nurse.post(at_reaction("reaction_mistake", sheet), follow=True)
    assert "Noen har skrevet i arket" in text(answer)


def test_told_on_the_telephone_it_is_written_down_once(nurse: Client, dose: Dose) -> None:
    new = reverse("desk:reaction_new", args=["nydalen", dose.pk])
    told = {**TOLD, "key": str(uuid4())}
    for _press in range(2):
        assert "Falt om" in text(nurse.post(new, told, follow=True))
    assert Reaction.objects.get().kind == "fainting"
    assert_integrity(now=NOW)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"onset_on": "25.11.2026"}, "før dosen ble gitt"),
        ({"onset_on": "27.11.2026"}, "fram i tid"),
        ({"onset_clock": "17.43"}, "Klokkeslettet kan ikke være fram i tid"),
        ({"onset_clock": "i stad"}, "Skriv klokkeslettet med tall"),
        ({"description": ""}, "Skriv kort hva som skjedde"),
    ],
)
def test_what_cannot_be_is_refused_with_the_rest_kept(
    nurse: Client, dose: Dose, changed: dict[str, str], words: str
) -> None:
    new = reverse("desk:reaction_new", args=["nydalen", dose.pk])
    page = nurse.post(new, {**TOLD, "key": str(uuid4()), **changed})
    assert words in text(page)
    assert 'value="fainting"' in page.content.decode()
    assert "Falt om" in page.content.decode() or "description" in changed
    assert not Reaction.objects.exists()


def test_a_correction_is_a_new_row_and_is_reported_anew(
    nurse: Client, day: Day, dose: Dose
) -> None:
    old = make_reaction(dose, by=day.by, now=NOW)
    report = {"through": "melde_no", "on": "26.11.2026", "reference": "R7"}
    nurse.post(at_reaction("reaction_reported", old), report)
    nurse.post(at_reaction("reaction_correct", old), {**TOLD, "key": str(uuid4())})

    old.refresh_from_db()
    new = Reaction.objects.get(replaces=old)
    assert (old.kind, old.report_reference) == ("local", "R7")
    assert (new.kind, new.reported_at) == ("fainting", None)
    assert "Dette er rettet" in text(nurse.get(at_reaction("reaction", old)))
    assert_integrity(now=NOW)


def test_the_text_for_the_form_has_no_group_and_no_indication(
    nurse: Client, day: Day, dose: Dose
) -> None:
    one = make_reaction(dose, by=day.by, now=NOW)
    page = text(nurse.get(at_reaction("reaction", one)))
    for words in (dose.patient.name, dose.lot_number, "Rødt og hovent", "enhver mistenkt"):
        assert words in page
    assert "gruppe" not in page.lower()
    assert "ppv" not in page.lower()


def test_it_is_marked_once_and_can_be_taken_back(nurse: Client, day: Day, dose: Dose) -> None:
    one = make_reaction(dose, by=day.by, now=NOW)
    for reference in ("R1", "R2"):
        report = {"through": "melde_no", "on": "26.11.2026", "reference": reference}
        nurse.post(at_reaction("reaction_reported", one), report)
    one.refresh_from_db()
    assert one.report_reference == "R1"
    nurse.post(at_reaction("reaction_not_reported", one))
    one.refresh_from_db()
    assert one.reported_at is None


def test_the_list_has_the_serious_and_unreported_on_top(
    lead: Client, day: Day, dose: Dose, django_assert_max_num_queries: Any
) -> None:
    make_reaction(dose, by=day.by, now=NOW)
    make_reaction(
        dose,
        by=day.by,
        now=NOW,
        kind=Kind.OTHER,
        seriousness=frozenset({Seriousness.HOSPITAL}),
        outcome=Outcome.RECOVERING,
    )
    with django_assert_max_num_queries(14):
        page = text(lead.get(reverse("desk:reactions", args=["nydalen"])))
    assert page.index("Noe annet") < page.index("Kraftig eller langvarig")
    assert AuditEntry.objects.filter(action="reaction_list.read").exists()


def test_the_list_is_closed_to_vaccinators(nurse: Client) -> None:
    assert nurse.get(reverse("desk:reactions", args=["nydalen"])).status_code == 403


def test_a_stranger_to_the_clinic_finds_no_sheet(client: Client, sheet: Reaction) -> None:
    elsewhere = make_clinic(slug="majorstua", name="Majorstua")
    stranger = log_in(client, make_staff(clinic=elsewhere, email="fremmed@example.org"))
    assert stranger.get(at_reaction("reaction", sheet)).status_code == 404
