"""The access log for auditors and leads: what they find, of which clinic, and that it is noted."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.domain import Actor
from audit.domain.alarms import AlarmKind, Limits
from audit.domain.why import GivenCode
from audit.models import Alarm, AuditEntry
from audit.services import record, record_many
from audit.services.alarms import raise_alarms
from audit.services.giving_reasons import give_reason
from care.desk.access_log import Chosen, entries_at
from clinics.domain.roles import Role
from clinics.models import Membership, Staff
from patients.models import Patient
from tests import factories
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.care.dayboard.pages import text
from tests.factories import Day, at

pytestmark = pytest.mark.django_db
NOW = at("17.42")
A_DAY = timedelta(days=1)
LIMITS = Limits(people_in_an_hour=40, without_tie_in_a_day=5)


@pytest.fixture
def auditor(client: Client, clock: object, day: Day) -> Client:
    return log_in(client, make_staff("Tora", (day.clinic, Role.AUDITOR)))


@pytest.fixture
def alice(day: Day) -> Patient:
    booked = factories.make_booking(
        session=day.session,
        patient=factories.make_patient(given_name="Alice", family_name="Ås"),
        clock="18.10",
    )
    assert booked.patient
    return booked.patient


def page(name: str = "access_log", *more: object) -> str:
    return reverse(f"desk:{name}", args=["nydalen", *more])


def test_what_is_looked_for_is_found_by_person_staff_period_action_and_reason(
    day: Day, alice: Patient
) -> None:
    kari, ola = (Actor.staff(pk, clinic_id=day.clinic.pk, role="lead") for pk in (7001, 7002))
    elsewhere = Actor.staff(7001, clinic_id=day.clinic.pk + 1)
    duplicate = factories.make_patient()
    Patient.objects.filter(pk=duplicate.pk).update(merged_into=alice)
    about = {"object_id": "x"}
    record(action="person.read", by=kari, now=NOW, patient_id=alice.pk, **about)
    record(action="person.read", by=ola, now=NOW - A_DAY, patient_id=duplicate.pk, **about)
    record(action="note.written", by=kari, now=NOW - 2 * A_DAY, **about)
    record(action="person.read", by=elsewhere, now=NOW, patient_id=alice.pk, **about)
    give_reason(
        patient_id=alice.pk,
        object_id="x",
        code=GivenCode.OTHER,
        text="Bare en prøve",
        by=ola,
        now=NOW,
    )
    today = factories.DAY

    def number(**chosen: Any) -> int:
        found = entries_at(day.clinic.pk, Chosen(**chosen))
        return found.filter(object_id="x").count()

    found = {
        "all": number(),
        "person": number(person=alice.pk),
        "staff": number(staff=7001),
        "since": number(since=today),
        "until": number(until=today - A_DAY),
        "a day": number(since=today - A_DAY, until=today - A_DAY),
        "action": number(action="note.written"),
        "given": number(given=True),
        "two at once": number(staff=7002, person=alice.pk),
        "nothing": number(staff=7001, given=True),
    }
    assert found == {
        "all": 4,
        "person": 3,
        "staff": 2,
        "since": 2,
        "until": 2,
        "a day": 1,
        "action": 1,
        "given": 1,
        "two at once": 2,
        "nothing": 0,
    }


def test_the_page_is_for_auditors_and_leads_and_each_look_is_noted(
    auditor: Client, day: Day, alice: Patient, django_assert_max_num_queries: Any
) -> None:
    by = Actor.staff(day.nurse.pk, clinic_id=day.clinic.pk, role="vaccinator")
    record(action="person.read", by=by, now=NOW, patient_id=alice.pk)
    said = text(auditor.get(page(), {"person": str(alice.pk), "fra": "2026-01-01"}))
    for words in (
        "Åpnet en person",
        day.nurse.name,
        "vaksinatør",
        "Bare det som gjelder Ås, Alice",
    ):
        assert words in said, words
    looked = AuditEntry.objects.get(action="access_log.read")
    assert (looked.patient_id, looked.reason) == (alice.pk, "person+period")
    assert looked.role == "auditor"

    odd = {"person": "x", "hvem": "²", "fra": "2026-02-30", "til": "9999-12-31", "hva": "'--"}
    assert auditor.get(page(), {**odd, "side": "-1"}).status_code == 200
    assert AuditEntry.objects.filter(action="access_log.read").latest("pk").reason == ""

    record_many(action="person.read", by=by, now=NOW, patients=dict.fromkeys([alice.pk], ""))
    auditor.get(page())
    for number in (0, 80):
        for _each in range(number):
            record(action="person.read", by=by, now=NOW, patient_id=alice.pk)
        with django_assert_max_num_queries(14):
            auditor.get(page())
    assert "Side 1 av 2" in text(auditor.get(page()))

    log_in(auditor, day.nurse)
    assert auditor.get(page()).status_code == 403
    stranger = make_staff("Ola", (factories.make_clinic(slug="x", name="X"), Role.AUDITOR))
    log_in(auditor, stranger)
    assert auditor.get(page()).status_code == 404


def test_a_person_is_found_by_number_or_name_and_the_search_is_noted(
    auditor: Client, alice: Patient
) -> None:
    born = alice.birth_date
    typed = {"birth_date_0": born.day, "birth_date_1": born.month, "birth_date_2": born.year}
    typed |= {"birth_date": f"{born:%d.%m.%Y}", "name": "ås"}
    answer = auditor.post(page("access_log_person"), typed)
    assert answer.headers["Location"] == f"{page()}?person={alice.pk}"
    noted = AuditEntry.objects.filter(action__startswith="search.").order_by("pk")
    assert [one.reason for one in noted] == ["birth_date+name: 1"]
    assert "ås" not in str(noted.values_list())


def test_the_file_runs_nothing_and_names_no_person(
    auditor: Client, day: Day, alice: Patient
) -> None:
    Staff.objects.filter(pk=day.nurse.pk).update(name="=cmd|' /C calc'!A0")
    by = Actor.staff(day.nurse.pk, clinic_id=day.clinic.pk, role="vaccinator")
    record(action="person.read", by=by, now=NOW, patient_id=alice.pk, object_id="@SUM(1)")
    answer = auditor.get(page("access_log_csv"), {"hvem": str(day.nurse.pk)})
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("\ufeffNår;Hvem;Rolle;Hva;Hvorfor")
    assert "'=cmd" in lines[1]
    assert "'@SUM(1)" in lines[1]
    assert str(alice.pk) in lines[1]
    assert "Alice" not in answer.content.decode()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert AuditEntry.objects.get(action="access_log.exported").reason == "staff"


def test_an_alarm_waits_on_the_first_page_until_the_auditor_has_answered(
    auditor: Client, day: Day, alice: Patient, client: Client
) -> None:
    by = Actor.staff(day.nurse.pk, clinic_id=day.clinic.pk, role="vaccinator")
    reason = "Ringer om <b>gammel</b> time"
    give_reason(
        patient_id=alice.pk, object_id=alice.pk, code=GivenCode.CONTACT, text=reason, by=by, now=NOW
    )
    raise_alarms(now=NOW, limits=LIMITS, zone="Europe/Oslo")
    alarm = Alarm.objects.get()
    home = reverse("desk:home")
    assert "1 varsel om innsyn" in text(auditor.get(home))
    assert "venter" in text(auditor.get(page("alarms")))
    shown = auditor.get(page("alarm", alarm.pk))
    assert "Ringer om &lt;b&gt;gammel&lt;/b&gt; time" in shown.content.decode()
    assert f"?person={alice.pk}" in shown.content.decode()

    again = auditor.post(page("alarm", alarm.pk), {"note": " "})
    assert "Skriv hva du fant ut" in again.content.decode()
    long = auditor.post(page("alarm", alarm.pk), {"note": "x" * 501})
    assert "Det er for langt" in long.content.decode()
    assert "xxx" in long.content.decode()
    lead = make_staff("Lea", (day.clinic, Role.LEAD))
    log_in(auditor, lead)
    auditor.post(page("alarm", alarm.pk), {"note": "Jeg kvitterer"})
    assert not Alarm.objects.exclude(seen_at=None).exists()
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.AUDITOR, valid_from=factories.LONG_AGO
    )
    log_in(auditor, day.nurse)
    assert "gjelder deg selv" in text(auditor.get(page("alarm", alarm.pk)))
    auditor.post(page("alarm", alarm.pk), {"note": "Det er greit"})
    assert not Alarm.objects.exclude(seen_at=None).exists()

    log_in(auditor, make_staff("Tor", (day.clinic, Role.AUDITOR)))
    auditor.post(page("alarm", alarm.pk), {"note": "Snakket med henne: i orden"})
    assert Alarm.objects.get().note == "Snakket med henne: i orden"
    assert "Snakket med henne" in text(auditor.get(page("alarm", alarm.pk)))
    assert "varsel om innsyn" not in text(auditor.get(home))
    other = factories.make_clinic(slug="x", name="X")
    foreign = Alarm.objects.create(
        kind=AlarmKind.NO_TIE, staff_id=1, clinic_id=other.pk, window=NOW, people=9, raised_at=NOW
    )
    assert auditor.get(page("alarm", foreign.pk)).status_code == 404
