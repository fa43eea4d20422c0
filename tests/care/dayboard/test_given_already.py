"""The page that records what happened, and the pages that correct or void a record."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from care.services.recording import record_given
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.care.dayboard.pages import ask_all_no, of_person, text
from tests.factories import (
    Day,
    at,
    make_arrival,
    make_booking,
    make_day,
    make_staff,
    make_vial,
)
from vaccinations.models import DeviationSeen, Dose, Vial

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at("18.00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def day(clock: time_machine.Traveller) -> Day:
    return make_day()


@pytest.fixture
def nurse(day: Day) -> Client:
    return log_in(Client(), day.nurse)


@pytest.fixture
def lead(day: Day) -> Client:
    return log_in(Client(), make_staff(Role.LEAD, clinic=day.clinic, name="Lena Leder"))


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


def told(day: Day, glass: Vial, /, **changed: str) -> dict[str, str]:
    return {
        "vial": str(glass.pk),
        "route": "intradermal",
        "volume_ml": "0,1",
        "site": "left_upper_arm",
        "given_on": "26.11.2026",
        "given_at": "17.42",
        "vaccinator": str(day.nurse.pk),
        "asked": "all_denied",
        "reason": "",
    } | changed


def dose_page(name: str, dose: Dose) -> str:
    return reverse(f"dayboard:{name}", args=[dose.pk])


def given(day: Day, vial: Vial, waiting: Appointment, reason: str = "Glemt") -> Dose:
    return record_given(
        appointment_id=waiting.pk,
        vial_id=vial.pk,
        route="intradermal",
        volume_ml=Decimal("0.1"),
        site="left_upper_arm",
        given_at=at("17.42"),
        vaccinator_id=day.nurse.pk,
        reason=reason,
        by=day.by,
        now=at("18.00"),
    )


def test_the_plan_and_the_day_are_filled_in(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    page = nurse.get(of_person("given_already", waiting)).content.decode()
    assert 'value="0,1"' in page
    assert 'value="26.11.2026"' in page
    assert 'value="18.00"' in page
    assert f'<option value="{day.nurse.pk}" selected>' in page


def test_what_was_given_is_recorded_and_shown(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    page = nurse.post(of_person("given_already", waiting), told(day, vial), follow=True)
    assert "Dose 1 er gitt kl. 17.42" in text(page)
    assert Dose.objects.get().within_limits


def test_a_deviation_asks_why_and_keeps_what_was_written(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    url = of_person("given_already", waiting)
    page = nurse.post(url, told(day, vial, volume_ml="0,2", asked="not_asked"))
    said = text(page)
    assert "Dette blir ført som avvik" in said
    assert "Spørsmålene var ikke stilt" in said
    assert "Et annet volum enn måten skal ha" in said
    assert "Skriv hvorfor det ble slik" in said
    assert 'value="0,2"' in page.content.decode()
    assert not Dose.objects.exists()

    again = told(day, vial, volume_ml="0,2", asked="not_asked", reason="Sprøyten glapp")
    assert "Avvik" in text(nurse.post(url, again, follow=True))
    assert Dose.objects.get().deviation == "not_asked volume"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"given_at": "18.01"}, "Tiden er ikke kommet ennå"),
        ({"given_at": "snart"}, "Skriv klokkeslettet dosen ble gitt"),
        ({"given_on": "i går"}, "Skriv datoen"),
        ({"volume_ml": "0,6"}, "Et hetteglass har 0,5 ml"),
        ({"volume_ml": "mye"}, "Skriv hvor mange ml"),
        ({"vial": ""}, "Velg glasset"),
        ({"vial": "x"}, "Velg glasset"),
        ({"vaccinator": ""}, "Velg hvem som satte den"),
        ({"asked": ""}, "Velg om spørsmålene ble stilt"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment, changed: dict[str, str], said: str
) -> None:
    page = nurse.post(of_person("given_already", waiting), told(day, vial, **changed))
    assert said in text(page)
    assert not Dose.objects.exists()


def test_a_second_click_shows_what_the_first_recorded(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    for _ in range(2):
        page = nurse.post(of_person("given_already", waiting), told(day, vial), follow=True)
        assert "Dose 1 er gitt kl. 17.42" in text(page)
    assert Dose.objects.count() == 1


def test_a_dose_that_may_not_start_leads_to_recording_it_with_what_was_chosen(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment, clock: time_machine.Traveller
) -> None:
    decision = ask_all_no(nurse, waiting)
    clock.move_to(vial.use_before, tick=False)
    chosen = {"decision": str(decision), "vial": str(vial.pk), "site": "right_upper_arm"}
    page = nurse.post(of_person("give_dose", waiting), chosen).content.decode()
    link = f"{of_person('given_already', waiting)}?glass={vial.pk}&amp;sted=right_upper_arm"
    assert link in page
    asked = nurse.get(link.replace("&amp;", "&")).content.decode()
    assert asked.count(" checked") == 3, "vial, route and arm"


def test_voiding_says_what_follows_and_asks_why(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    dose = given(day, vial, waiting)
    said = text(nurse.get(dose_page("void_dose", dose)))
    assert "Personen står som venter igjen" in said
    assert "Hetteglass A får dosen tilbake" in said

    assert "Skriv hvorfor" in text(nurse.post(dose_page("void_dose", dose), {"reason": ""}))
    page = nurse.post(dose_page("void_dose", dose), {"reason": "Feil person"}, follow=True)
    assert "Registreringen er annullert" in text(page)
    waiting.refresh_from_db()
    assert waiting.status == "arrived"

    again = nurse.post(dose_page("void_dose", dose), {"reason": "Feil person"}, follow=True)
    assert "Registreringen er annullert allerede" in text(again)


def test_correcting_starts_from_the_record_and_keeps_the_rest(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    dose = given(day, vial, waiting)
    page = nurse.get(dose_page("correct_dose", dose)).content.decode()
    assert 'value="17.42"' in page
    right = told(day, vial, site="right_upper_arm", wrong="Feil arm", reason="Glemt")
    said = text(nurse.post(dose_page("correct_dose", dose), right, follow=True))
    assert "Registreringen er rettet" in said
    assert "høyre overarm" in said
    assert Dose.objects.get(voided_at=None).replaces == dose


def test_a_colleague_is_told_whom_to_ask(
    day: Day, vial: Vial, waiting: Appointment, lead: Client
) -> None:
    dose = given(day, vial, waiting)
    colleague = log_in(Client(), make_staff(clinic=day.clinic, name="Ola Gran"))
    for name in ("void_dose", "correct_dose"):
        said = text(colleague.get(dose_page(name, dose), follow=True))
        assert "Be lederen eller legen" in said
    assert lead.get(dose_page("void_dose", dose)).status_code == 200


def test_the_lead_sees_a_deviation_and_says_so(
    day: Day, vial: Vial, waiting: Appointment, lead: Client, nurse: Client
) -> None:
    dose = given(day, vial, waiting, reason="Det var travelt")
    assert "1 avvik er ikke sett" in text(lead.get(reverse("desk:home")))
    assert "avvik er ikke sett" not in text(nurse.get(reverse("desk:home")))
    listed = reverse("desk:deviations", args=[day.clinic.slug])
    said = text(lead.get(listed))
    assert "Spørsmålene var ikke stilt" in said
    assert "Det var travelt" in said

    seen = reverse("desk:deviation_seen", args=[day.clinic.slug, dose.pk])
    for _ in range(2):
        said = text(lead.post(seen, {"comment": "Snakket om det"}, follow=True))
    assert "Ingen nye avvik" in said
    assert "Snakket om det" in said
    assert DeviationSeen.objects.count() == 1
    assert "avvik er ikke sett" not in text(lead.get(reverse("desk:home")))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Vaksinen du har fått"),
        ("nn", "Vaksinen du har fått"),
        ("en", "The vaccine you have had"),
    ],
)
def test_the_note_says_what_when_what_is_normal_and_whom_to_call(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment, language: str, words: str
) -> None:
    given(day, vial, waiting)
    page = text(nurse.get(of_person("note", waiting) + f"?sprak={language}"))
    assert words in page
    assert day.lot.number in page
    assert day.clinic.phone in page
    assert "116 117" in page


def test_the_note_is_in_the_persons_language_unless_another_is_chosen(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    given(day, vial, waiting)
    assert waiting.patient
    waiting.patient.language = "en"
    waiting.patient.save(update_fields=["language"])
    assert (
        'lang="en" aria-labelledby="slip-title"'
        in nurse.get(of_person("note", waiting)).content.decode()
    )


def test_voiding_says_that_whoever_never_came_has_their_time_again(
    nurse: Client, day: Day, vial: Vial
) -> None:
    booked = make_booking(session=day.session, clock="18.30")
    nurse.post(of_person("given_already", booked), told(day, vial))
    dose = Dose.objects.get()

    said = text(nurse.get(dose_page("void_dose", dose)))
    assert "Personen står ikke lenger som møtt. Timen gjelder fortsatt." in said

    nurse.post(dose_page("void_dose", dose), {"reason": "Feil person"})
    booked.refresh_from_db()
    assert (booked.status, booked.arrived_at) == ("booked", None)
