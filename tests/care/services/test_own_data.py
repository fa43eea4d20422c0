"""Each field of each table about people is given to the person, or on a list with a reason."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from audit.models import AuditEntry, GivenReason
from care.portal.export import as_json
from care.portal.log import entries_of, in_words
from care.portal.record import in_words as in_own_words
from care.services.own_data import MESSAGES, TABLES, WISHES, own_data
from eligibility.models import GroupInterest
from notifications.models import Message
from patients.models import LinkToken, OneTimeCode, Patient
from patients.services.identity import Shown, check_identity, undo_identity
from tests import factories
from tests.access.people import prove
from tests.factories import BEFORE
from tests.integrity.world import NOW, make_world

# Tables about people that nothing points from: each is seen to in its own way.
WITHOUT_A_KEY = {
    Message: "in the file, found through what it is about",
    AuditEntry: "in the file as the access log",
    LinkToken: "hashes of secrets: a link in a message opens what is in the file",
    OneTimeCode: "hashes of secrets that live for ten minutes",
    GroupInterest: "in the file, found through the contact: it is nobody's by name",
}


def tables_of_people():
    """Every model with a foreign key to a patient, or to one of these."""
    found = {Patient}
    while True:
        more = {
            model
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, ForeignKey) and field.related_model in found
        } - found
        if not more:
            return found
        found |= more


def test_every_table_that_points_at_a_person_is_known():
    assert {table.model for table in TABLES} == tables_of_people()
    assert all(WITHOUT_A_KEY.values())


def test_every_field_is_given_or_left_out_for_a_reason():
    fields = 0
    for table in (*TABLES, MESSAGES, WISHES):
        named = [field.name for field in table.model._meta.concrete_fields]
        assert sorted([*table.given, *table.left_out]) == sorted(named), table.name
        assert all(table.left_out.values()), table.name
        fields += len(named)
    assert fields > 250


def words_of(record):
    lines = [line for section in record.sections for line in section.lines]
    said = [str(words) for line in lines for words in (line.what, line.tag, *line.more)]
    return [*said, *(str(fact.value) for fact in (*record.about, *record.contact))]


@pytest.mark.django_db
def test_whoever_of_a_world_asks_gets_it_all_in_words_and_as_a_file_by_as_many_queries():
    make_world()
    people = list(Patient.objects.filter(merged_into=None).order_by("created_at", "pk"))
    costs, said = set(), 0
    for number, patient in enumerate(people):
        with CaptureQueriesContext(connection) as asked:
            data = own_data(patient.pk)
            words = words_of(in_own_words(data, now=NOW))
        costs.add(len(asked))
        said += len(words)
        if number % 8 == 0:
            for language in ("nn", "en"):
                with translation.override(language):
                    words += words_of(in_own_words(data, now=NOW))
        assert not [one for one in words if "None" in one or "%(" in one], words
        document = as_json(data, in_words(entries_of(patient.pk)), now=NOW)
        text = json.dumps(document, ensure_ascii=False)
        assert document["version"] == 1
        assert patient.given_name in text
        for table in TABLES:
            assert len(document[table.name]) == len(data.found[table.model])
        others = {one.phone for one in people if one.phone and one.phone != patient.phone}
        assert not [phone for phone in others if phone in text]
    assert len(people) > 20
    assert said > 1000
    assert len(costs) == 1, "as many queries however much there is"
    assert costs.pop() <= 27


@pytest.mark.django_db
def test_a_check_of_somebody_elses_id_hands_out_nothing_of_theirs():
    """Staff noted Bob's ID on Alice's row, saw it, and took it back."""
    day = factories.make_day()
    alice = factories.make_booking(session=day.session).patient
    bobs = Shown("Bjarne", "Bortenfor", date(1970, 2, 1), "national", "02013299997")
    told = {"visit_id": alice.appointments.get().pk, "by": day.by, "now": BEFORE}
    check_identity(patient_id=alice.pk, document="passport", shown=bobs, **told)
    undo_identity(**told)
    document = as_json(own_data(alice.pk), in_words(entries_of(alice.pk)), now=NOW)
    assert len(document["identity_checks"]) == 1
    text = json.dumps(document, ensure_ascii=False)
    assert not [one for one in ("Bortenfor", "02013299997", "1970-02-01") if one in text]


@pytest.mark.django_db
def test_the_file_has_the_reason_that_staff_typed():
    patient = factories.make_patient()
    written = GivenReason.objects.create(code="request", text="Svarer på klagen", given_at=NOW)
    AuditEntry.objects.create(
        at=NOW,
        actor_kind="staff",
        actor_id=str(factories.make_staff().pk),
        patient_id=patient.pk,
        action="person.read",
        reason="request",
        why="given",
        why_id=written.pk,
    )
    log = as_json(own_data(patient.pk), in_words(entries_of(patient.pk)), now=NOW)["access_log"]
    assert [entry for entry in log if "Svarer på klagen" in entry["why"]]


def test_the_documentation_names_every_part_and_field():
    words = Path("docs/own-data.md").read_text()
    for table in (*TABLES, MESSAGES, WISHES):
        assert f"`{table.name}`" in words, table.name
        for name in table.given:
            assert f"`{name}`" in words, f"{table.name} {name}"


@pytest.mark.django_db
def test_the_files_are_handed_out_by_a_button_and_have_names_that_say_nothing(client):
    patient = factories.make_booking().patient
    prove(client, patient)
    opened = client.get(reverse("portal:download_json"))
    assert opened["Location"] == reverse("portal:download"), "a link hands out nothing"
    assert not AuditEntry.objects.filter(action="own_data.downloaded").exists()
    for kind, begins in (("json", b"{"), ("pdf", b"%PDF-")):
        response = client.post(reverse(f"portal:download_{kind}"))
        assert response.content.startswith(begins)
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="opplysninger.{kind}"'
        )
        assert "no-store" in response.headers["Cache-Control"]
    downloaded = AuditEntry.objects.filter(action="own_data.downloaded", patient_id=patient.pk)
    assert [one.reason for one in downloaded.order_by("pk")] == ["json", "pdf"]
