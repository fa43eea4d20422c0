"""The admin's pages for sessions: the list, one session, its moves."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from appointments.models import ClinicSession
from appointments.services.session_changes import SessionChanges, change_session
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from tests.appointments.admin.people import enter, errors_of, told
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_lot,
    make_product,
    make_session,
    make_staff,
    make_window,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:appointments_clinicsession_changelist")
ADD = reverse("admin:appointments_clinicsession_add")


@pytest.fixture(autouse=True)
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def admin(client):
    return enter(client, (make_clinic(), Role.ADMIN))


def page_of(session):
    return reverse("admin:appointments_clinicsession_change", args=[session.pk])


def fields_of(client, session, **changed):
    """Fill in the form of a session's page as a browser would, and change some of it."""
    form = client.get(page_of(session)).context["adminform"].form
    posted = {}
    for bound in form:
        html_value = bound.value()
        value = bound.field.widget.format_value(html_value) if html_value is not None else ""
        posted[bound.html_name] = value
        if bound.field.show_hidden_initial:
            posted[bound.html_initial_name] = value
    return posted | changed


def act(client, move, *sessions, **more):
    chosen = {"action": f"move_{move}", "_selected_action": [one.pk for one in sessions]}
    with zeal_ignore():  # each session is locked and moved in a transaction of its own
        return client.post(f"{LIST}?when=all", {**chosen, **more}, follow=True)


def states(*sessions):
    return [ClinicSession.objects.get(pk=one.pk).state for one in sessions]


def test_the_list_says_how_full_each_is_in_a_fixed_number_of_queries(admin, client):
    first = make_session()
    make_booking(session=first)
    for week in (1, 2):
        make_session(starts_at=OPENING + timedelta(weeks=week))
    with CaptureQueriesContext(
        connection,
    ) as three:
        page = client.get(LIST).content.decode()
    assert "1 av 48" in page
    assert "1 av 20" in page
    for week in range(3, 30):
        make_booking(session=make_session(starts_at=OPENING + timedelta(weeks=week)))
    with CaptureQueriesContext(connection) as thirty:
        response = client.get(LIST)
    assert len(response.context["cl"].result_list) == 30
    assert len(thirty) == len(three)


def test_past_days_are_a_choice_and_a_series_shows_all_of_it(admin, client):
    old = make_session(starts_at=OPENING - timedelta(weeks=3))
    new = make_session()
    assert list(client.get(LIST).context["cl"].result_list) == [new]
    assert list(client.get(f"{LIST}?when=past").context["cl"].result_list) == [old]
    assert list(client.get(f"{LIST}?when=all").context["cl"].result_list) == [old, new]


def new_session(clinic, **changed):
    return {
        "clinic": clinic.pk,
        "product": make_product().pk,
        "date": DAY.isoformat(),
        "opens": "16:00",
        "closes": "20:00",
        "stations": 2,
        "slot_minutes": 10,
        "vials_allotted": 8,
        "offered_groups": [2, 3],
    } | changed


def test_a_new_session_is_a_draft_with_its_slots_and_audited_at_the_clinic(admin, client):
    clinic = make_clinic()
    make_window()
    response = client.post(ADD, new_session(clinic))
    assert response.status_code == 302, errors_of(response)
    session = ClinicSession.objects.get()
    assert (session.state, session.starts_at, session.slots.count()) == ("draft", OPENING, 24)
    entry = AuditEntry.objects.get(action="session.planned")
    assert (entry.actor_id, entry.clinic_id, entry.role) == (str(admin.pk), clinic.pk, "admin")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"closes": "15:00"}, "closes"),
        ({"closes": "16:05"}, "closes"),
        ({"stations": 0}, "stations"),
        ({"vials_allotted": -1}, "vials_allotted"),
        ({"offered_groups": []}, "offered_groups"),
        ({"date": (DAY - timedelta(days=30)).isoformat()}, "date"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed, field, admin, client):
    make_window()
    assert set(errors_of(client.post(ADD, new_session(make_clinic(), **changed)))) == {field}
    assert not ClinicSession.objects.exists()


def test_an_overlap_is_said_at_the_hours_and_nothing_is_made(admin, client):
    session = make_session(starts_at=at("18.00"))
    response = client.post(ADD, new_session(session.clinic))
    assert set(errors_of(response)) == {"opens"}
    assert ClinicSession.objects.count() == 1


def test_without_a_window_the_form_says_who_can_sign_one(admin, client):
    clinic = make_clinic()
    assert "ingen har rollen" in str(errors_of(client.post(ADD, new_session(clinic))))
    make_staff(Role.CLINICIAN, clinic=clinic, name="Dr. Lund")
    errors = errors_of(client.post(ADD, new_session(clinic)))
    assert set(errors) == {"clinic"}
    assert "Dr. Lund" in errors["clinic"][0]


def test_times_can_be_changed_in_a_draft_only(admin, client):
    draft = make_session(opened=False)
    assert client.post(page_of(draft), fields_of(client, draft, closes="18:00")).status_code == 302
    assert draft.slots.count() == 12
    opened = make_session(starts_at=OPENING + timedelta(days=7))
    shown = set(client.get(page_of(opened)).context["adminform"].form.fields)
    assert shown == {"vials_allotted", "offered_groups", "cutoff_at"}
    client.post(page_of(opened), fields_of(client, opened, stations=9, closes="18:00"))
    opened.refresh_from_db()
    assert (opened.stations, opened.slots.count()) == (2, 24)


def test_too_few_vials_for_those_booked_is_said_at_the_field(admin, client):
    session = make_session()
    make_booking(session=session)
    response = client.post(page_of(session), fields_of(client, session, vials_allotted=0))
    assert "trenger 1 hetteglass" in errors_of(response)["vials_allotted"][0]
    session.refresh_from_db()
    assert session.vials_allotted == 20


def test_an_old_page_does_not_undo_what_a_colleague_changed(admin, client):
    session = make_session()
    page = fields_of(client, session, offered_groups=[1])
    change_session(
        session_id=session.pk,
        changes=SessionChanges(vials_allotted=4),
        by=Actor.system(),
        now=BEFORE,
    )
    assert client.post(page_of(session), page).status_code == 302
    session.refresh_from_db()
    assert (session.vials_allotted, session.offered_groups) == (4, [1])


def test_several_drafts_are_opened_after_a_question(admin, client):
    make_lot(vials=40)
    drafts = [
        make_session(opened=False, starts_at=OPENING + timedelta(weeks=week)) for week in range(2)
    ]
    asked = act(client, "open", *drafts)
    assert "kan bestille" in asked.content.decode()
    assert states(*drafts) == ["draft", "draft"]
    done = act(client, "open", *drafts, confirmed=1)
    assert states(*drafts) == ["open", "open"]
    assert told(done) == ["2 dager er åpnet for bestilling."]
    assert AuditEntry.objects.filter(action="session.opened").count() == 2


def test_a_session_with_people_stays_and_the_others_are_cancelled(admin, client):
    full, empty = make_session(), make_session(starts_at=OPENING + timedelta(days=7))
    make_booking(session=full)
    done = act(client, "cancel", full, empty, confirmed=1)
    assert states(full, empty) == ["open", "cancelled"]
    refusal, success = told(done)
    assert "1 person har time" in refusal
    assert "Endre eller avlys dagen" in refusal
    assert success == "1 dag er avlyst."


def test_from_its_own_page_one_is_closed_and_leads_back(admin, client):
    session = make_session()
    buttons = [name for name, _label in client.get(page_of(session)).context["row_actions"]]
    assert buttons == ["move_close", "move_cancel"]
    done = act(client, "close", session, confirmed=1, detail=1)
    assert done.redirect_chain[-1][0] == page_of(session)
    assert states(session) == ["closed"]


def test_opening_without_a_window_says_who_can_sign_one(admin, client):
    session = make_session(opened=False)
    ClinicSession.objects.filter(pk=session.pk).update(product=make_product(name="Uten brukstid"))
    [refusal] = told(act(client, "open", session, confirmed=1))
    assert "Dr. Lund" in refusal  # the factory's doctor of the clinic
    assert states(session) == ["draft"]


def test_who_only_reads_at_a_clinic_moves_nothing_there(client):
    here, there = make_clinic(), make_clinic(slug="elsewhere")
    enter(client, (here, Role.ADMIN), (there, Role.AUDITOR))
    session = make_session(clinic=there, opened=False)
    act(client, "open", session, confirmed=1)
    assert states(session) == ["draft"]
    assert client.get(page_of(session)).context["row_actions"] == []
    assert client.post(page_of(session), {"vials_allotted": 1}).status_code == 403


def test_the_board_is_linked_for_those_who_may_open_it(client):
    clinic = make_clinic()
    session = make_session(clinic=clinic)
    enter(client, (clinic, Role.ADMIN))
    board = reverse("dayboard:board", args=[session.pk])
    assert board not in client.get(page_of(session)).content.decode()
    enter(client, (clinic, Role.LEAD), name="jonas")
    assert board in client.get(page_of(session)).content.decode()


def test_the_page_is_in_english_for_those_who_read_english(admin, client):
    client.cookies["django_language"] = "en"
    page = client.get(page_of(make_session())).content.decode()
    for words in ("Group 2", "Vials set aside", "Close for booking", "Change vaccination day"):
        assert words in page
    assert "Gruppe" not in page
