"""The register of decisions: by which rules and to what end, never why nor for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.domain.roles import Role
from eligibility.admin.decisions import OUTCOMES, SOURCES
from eligibility.domain.decision import Outcome
from eligibility.models import Decision
from tests.appointments.admin.people import enter
from tests.factories import make_booking, make_clinic, make_decision, make_session

pytestmark = pytest.mark.django_db
LIST = reverse("admin:eligibility_decision_changelist")


def page_of(decision):
    return reverse("admin:eligibility_decision_change", args=[decision.pk])


@pytest.fixture
def auditor(client):
    return enter(client, (make_clinic(), Role.AUDITOR))


def test_it_shows_rules_outcome_course_and_source(auditor, client):
    booking = make_booking()
    page = client.get(page_of(booking.decision)).content.decode()
    for words in ("fhi-2023-05-23", "får tilbud", "dose 1 av 2, i huden", "personens egne svar"):
        assert words in page


def test_group_flags_doses_and_person_are_neither_shown_nor_read(auditor, client):
    booking = make_booking(hiv_positive=True)
    address = page_of(booking.decision)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
        client.get(LIST)
    read = " ".join(query["sql"] for query in asked)
    for column in ("priority_group", "setting", "flags", "previous_doses", "reasons", "advice"):
        assert f'"eligibility_decision"."{column}"' not in read
    assert str(booking.patient_id) not in page


def test_each_decision_is_listed_once_and_only_at_the_clinic_where_it_was_used(auditor, client):
    session = make_session()
    booking = make_booking(session=session)
    make_booking(
        session=make_session(starts_at=session.starts_at.replace(hour=21)),
        decision=booking.decision,
        dose_number=2,
    )
    unused = make_decision()
    elsewhere = make_clinic(slug="elsewhere")
    there = make_booking(session=make_session(clinic=elsewhere)).decision
    assert list(client.get(LIST).context["cl"].result_list) == [booking.decision]
    for hidden in (unused, there):
        assert client.get(page_of(hidden)).status_code == 404


def test_the_list_asks_the_same_of_the_database_for_many(auditor, client):
    session = make_session()
    make_booking(session=session)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(9):
        make_booking(session=session)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(LIST).context["cl"].result_list) == 10
    assert len(many) == len(few)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEAD, Role.VACCINATOR])
def test_who_neither_treats_nor_controls_has_no_access(role, client):
    enter(client, (make_clinic(), role))
    assert client.get(LIST).status_code == 403


def test_every_outcome_and_source_has_words():
    assert set(OUTCOMES) == set(Outcome)
    assert set(SOURCES) == set(Decision.Source)
