"""The access log in the admin: who did what, in words, newest first."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.domain import Actor
from audit.models import AuditEntry
from audit.services import record
from clinics import audit_admin
from clinics.audit_words import ACTIONS, OBJECTS, action_in_words
from clinics.domain.roles import Role
from tests.appointments.admin.people import enter
from tests.factories import BEFORE, OPENING, actor_of, make_clinic, make_session, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:audit_auditentry_changelist")
CODE = re.compile(r'"((?:%s)\.[a-z_]+)"' % "|".join([*OBJECTS, "patient"]))  # noqa: UP031
RECORDED = re.compile(r'action="([a-z_]+\.[a-z_]+)"')


def entry(action="patient.read", *, by=None, now=OPENING, **more):
    record(action=action, by=by or actor_of(make_staff(name="Kari Nes")), now=now, **more)
    return AuditEntry.objects.latest("pk")


@pytest.fixture
def auditor(client):
    return enter(client, (make_clinic(), Role.AUDITOR), name="kontroll")


def rows(client, query=""):
    return list(client.get(f"{LIST}{query}").context["cl"].result_list)


def test_it_names_who_in_which_role_where_and_what(auditor, client):
    session = make_session()
    entry("session.closed", object_id=session.pk)
    page = client.get(LIST).content.decode()
    for words in ("Kari Nes", "vaksinatør", "Nydalen", "Stengte vaksinasjonsdag for bestilling"):
        assert words in page
    assert reverse("admin:appointments_clinicsession_change", args=[session.pk]) in page


def test_the_newest_is_first(auditor, client):
    first, second = entry(), entry()
    assert rows(client) == [second, first]


def test_it_asks_the_same_of_the_database_for_many_rows(auditor, client):
    entry()
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(20):
        entry("session.closed", object_id=uuid4())
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client)) == 21
    assert len(many) == len(few)


def test_it_counts_no_further_than_the_newest(auditor, client, monkeypatch):
    monkeypatch.setattr(audit_admin, "MOST", 3)
    for _ in range(5):
        entry()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST).context["cl"].result_count == 3
    counts = [
        query["sql"] for query in asked if "COUNT" in query["sql"] and "audit" in query["sql"]
    ]
    assert counts
    assert all("LIMIT 3" in sql for sql in counts)


def test_it_is_filtered_by_who_what_where_and_day(client):
    elsewhere = make_clinic(slug="elsewhere")
    enter(client, (make_clinic(), Role.AUDITOR), (elsewhere, Role.AUDITOR))
    ola = make_staff(name="Ola Li")
    by_ola = entry("dose.given", by=actor_of(ola))
    there = entry(by=actor_of(make_staff(clinic=elsewhere), elsewhere))
    old = entry("vial.opened", now=BEFORE)
    assert rows(client, f"?actor={ola.pk}") == [by_ola]
    assert rows(client, "?action_code=vial.opened") == [old]
    assert rows(client, f"?clinic={elsewhere.pk}") == [there]
    assert rows(client, f"?at_until={BEFORE.date()}") == [old]
    assert rows(client, f"?at_from={OPENING.date()}") == [there, by_ola]


def test_the_trail_of_a_person_or_an_object_is_found_by_id(auditor, client):
    patient, session = uuid4(), uuid4()
    about = entry(patient_id=patient)
    of = entry("session.closed", object_id=session)
    assert rows(client, f"?q={patient}") == [about]
    assert rows(client, f"?q={session}") == [of]
    assert rows(client, "?q=tull") == []


def test_a_note_about_a_patients_visit_is_not_shown(auditor, client):
    health = entry("appointment.turned_away", patient_id=uuid4(), reason="contraindicated")
    plain = entry("session.changed", object_id=uuid4(), reason="vials_allotted")

    def page(one):
        return client.get(reverse("admin:audit_auditentry_change", args=[one.pk])).content.decode()

    assert "contraindicated" not in page(health)
    assert "vials_allotted" in page(plain)


def test_what_a_patient_or_the_system_did_names_nobody(client, db):
    entry("appointment.booked", by=Actor.patient(uuid4()))
    entry("appointment.missed", by=Actor.system())
    staff = enter(client, (make_clinic(), Role.AUDITOR))
    staff.is_superuser = True
    staff.save()
    page = client.get(LIST).content.decode()
    assert "pasienten selv" in page
    assert "systemet" in page


def test_looking_for_one_persons_entries_is_noted_at_their_clinic(auditor, client):
    session, person = make_session(), uuid4()
    entry("session.closed", object_id=session.pk)
    about = entry(patient_id=person)
    client.get(LIST)
    client.get(f"{LIST}?q={session.pk}")
    client.get(f"{LIST}?q={uuid4()}")
    assert not AuditEntry.objects.filter(action="access_log.read").exists()

    assert rows(client, f"?q={person}") == [about]

    [noted] = AuditEntry.objects.filter(action="access_log.read")
    assert (noted.patient_id, noted.actor_id) == (person, str(auditor.pk))
    assert (noted.clinic_id, noted.role) == (make_clinic().pk, "auditor")


def test_a_lead_has_no_access(client):
    enter(client, (make_clinic(), Role.LEAD))
    assert client.get(LIST).status_code == 403


def test_an_admins_change_of_a_clinic_is_in_that_clinics_log(client):
    clinic = make_clinic()
    enter(client, (clinic, Role.ADMIN))
    page = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    form = client.get(page).context["adminform"].form
    tables = {
        f"{prefix}-{name}": 0
        for prefix in ("group_offers", "memberships")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    posted = {name: form[name].value() for name in form.fields} | tables
    assert client.post(page, posted | {"fee": "Gratis"}).status_code == 302
    changed = AuditEntry.objects.get(action="clinic.changed")
    assert (changed.clinic_id, changed.role) == (clinic.pk, "admin")


def test_every_code_in_the_source_has_words():
    """Add a line to clinics/audit_words.py for each code that a service begins to record."""
    apps = (
        "appointments",
        "audit",
        "care",
        "clinics",
        "eligibility",
        "notifications",
        "patients",
        "vaccinations",
    )
    sources = [
        path
        for app in apps
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if "integrity" not in str(path.relative_to(settings.BASE_DIR))  # invariants have codes too
    ]
    models = {"appointments.slot"}
    text = "\n".join(path.read_text() for path in sources)
    found = {*CODE.findall(text), *RECORDED.findall(text)} - models
    assert "session.closed" in found
    assert found - set(ACTIONS) == set()


def test_a_code_without_words_is_shown_as_it_is():
    assert action_in_words("something.new") == "something.new"
