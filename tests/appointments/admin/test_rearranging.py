"""The admin's page that changes, moves or cancels a day with people in it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from notifications.models import Message
from tests.appointments.admin.people import enter, told
from tests.factories import (
    DAY,
    OPENING,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
)

pytestmark = pytest.mark.django_db
NEXT_WEEK = OPENING + timedelta(days=7)
FIELDS = ("opens", "closes", "stations", "vials", "to_day", "to_clock")


@pytest.fixture(autouse=True)
def _three_days_before():
    with time_machine.travel(OPENING - timedelta(days=3), tick=False):
        yield


@pytest.fixture
def admin(client):
    return enter(client, (make_clinic(), Role.ADMIN))


def page_of(session):
    return reverse("admin:appointments_clinicsession_rearrange", args=[session.pk])


def fields_of(client, session, **changed):
    form = client.get(page_of(session)).context["form"]
    shown = {name: form[name].subwidgets[0].data["value"] for name in FIELDS}
    return {**shown, "what": "change", **changed}


def ask(client, session, **changed):
    return client.post(page_of(session), fields_of(client, session, **changed))


def confirm(client, session, seen, **changed):
    data = fields_of(client, session, **changed)
    data["fingerprint"] = seen.context["impact"].fingerprint
    return client.post(page_of(session), data, follow=True)


def errors_of(response):
    return {name: [str(e) for e in errors] for name, errors in response.context["errors"].items()}


@pytest.mark.usefixtures("admin")
def test_the_days_page_leads_here_and_nothing_happens_before_it_is_confirmed(client):
    session = make_session()
    make_booking(session=session, clock="19.00")
    own = client.get(reverse("admin:appointments_clinicsession_change", args=[session.pk]))
    assert page_of(session) in own.content.decode()
    seen = ask(client, session, closes="18:00")
    assert (len(seen.context["impact"].moved), seen.context["texts"]) == (1, 1)
    session.refresh_from_db()
    assert session.ends_at == OPENING + timedelta(hours=4)
    assert not Message.objects.filter(kind="moved_by_clinic").exists()


@pytest.mark.usefixtures("admin")
def test_confirmed_it_is_done_told_and_audited(client):
    session = make_session()
    booked = make_booking(session=session, clock="19.00")
    seen = ask(client, session, closes="18:00")
    after = confirm(client, session, seen, closes="18:00")
    assert told(after) == ["Dagen er endret. 1 person har fått ny tid."]
    booked.refresh_from_db()
    assert booked.slot.starts_at == OPENING + timedelta(minutes=110)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"session.changed_with_people", "appointment.moved_by_clinic"} <= actions


@pytest.mark.usefixtures("admin")
def test_a_day_is_cancelled_and_the_planner_is_told_whom_to_call(client):
    session = make_session()
    make_booking(session=session)
    make_booking(session=session, patient=make_patient(contact_by="none"))
    seen = ask(client, session, what="cancel")
    page = seen.content.decode()
    assert "Ingen ledig plass" in page
    assert "Må ringes" in page
    after = confirm(client, session, seen, what="cancel")
    assert told(after) == [
        "Dagen er avlyst. 2 personer mangler ny time.",
        "2 personer må ringes. De står på listen «Mangler ny time» på forsiden for ansatte.",
    ]


@pytest.mark.usefixtures("admin")
def test_a_day_is_moved_whole(client):
    session = make_session()
    booked = make_booking(session=session, clock="17.00")
    to = {"what": "move", "to_day": (DAY + timedelta(days=1)).isoformat(), "to_clock": "15:00"}
    confirm(client, session, ask(client, session, **to), **to)
    booked.refresh_from_db()
    assert booked.slot.starts_at == OPENING + timedelta(hours=24)


@pytest.mark.usefixtures("admin")
def test_when_somebody_cancels_meanwhile_the_new_overview_is_shown_and_nothing_done(client):
    session = make_session()
    booked = make_booking(session=session, clock="19.00")
    seen = ask(client, session, closes="18:00")
    cancel(appointment_id=booked.pk, by=Actor.system(), now=OPENING - timedelta(days=3))
    again = confirm(client, session, seen, closes="18:00")
    assert again.context["error"].startswith("Ingenting er gjort.")
    confirm(client, session, again, closes="18:00")
    session.refresh_from_db()
    assert session.ends_at == OPENING + timedelta(hours=2)


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": ""}, "what"),
        ({}, "what"),
        ({"closes": ""}, "closes"),
        ({"closes": "16:05"}, "closes"),
        ({"stations": "0"}, "stations"),
        ({"vials": "many"}, "vials"),
        ({"opens": "25:00"}, "opens"),
        ({"what": "move"}, "to_clock"),
        ({"what": "move", "to_day": "2026-11-20"}, "to_day"),
        ({"what": "move", "to_day": "2026-12-03"}, "to_clock"),
        ({"what": "move", "to_day": "2027-03-28", "to_clock": "02:30"}, "to_clock"),
        ({"what": "move", "to_day": ""}, "to_day"),
    ],
)
def test_what_cannot_be_done_is_said_beside_its_field(client, changed, field):
    session = make_session()
    make_booking(session=session)
    make_session(starts_at=NEXT_WEEK)
    refused = ask(client, session, **changed)
    assert list(errors_of(refused)) == [field]
    assert "impact" not in refused.context


def test_who_may_only_read_the_days_cannot_open_it(client):
    session = make_session()
    enter(client, (make_clinic(), Role.AUDITOR))
    assert client.get(page_of(session)).status_code == 403


def test_a_day_of_another_clinic_does_not_exist(client):
    session = make_session()
    enter(client, (make_clinic(slug="other"), Role.ADMIN))
    assert client.get(page_of(session)).status_code == 404


@pytest.mark.usefixtures("admin")
def test_it_names_nobody_and_asks_the_database_the_same_however_many_there_are(
    client, django_assert_max_num_queries
):
    session = make_session()
    for clock in ("16.00", "16.10", "16.20", "16.30"):
        make_booking(session=session, clock=clock)
    with django_assert_max_num_queries(30):
        seen = ask(client, session, what="cancel")
    page = seen.content.decode()
    assert not any(one.patient.family_name in page for one in Appointment.objects.all())
