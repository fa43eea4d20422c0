"""Planning many sessions in one go: the form, the preview, and all of them at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from appointments.models import ClinicSession
from clinics.domain.roles import Role
from tests.appointments.admin.people import enter, errors_of, told
from tests.factories import BEFORE, make_clinic, make_product, make_session, make_window, oslo

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:appointments_clinicsession_series")
FIRST = date(2026, 12, 10)
THURSDAYS = [FIRST + timedelta(weeks=week) for week in range(4)]  # the third is Christmas Eve


@pytest.fixture(autouse=True)
def admin(client):
    make_window()
    with time_machine.travel(BEFORE, tick=False):
        yield enter(client, (make_clinic(), Role.ADMIN))


@pytest.fixture
def plan():
    return {
        "token": str(uuid4()),
        "clinic": make_clinic().pk,
        "product": make_product().pk,
        "pattern": "weekly",
        "nth": 1,
        "weekdays": [3],
        "first": FIRST.isoformat(),
        "until": THURSDAYS[-1].isoformat(),
        "opens": "16:00",
        "closes": "20:00",
        "stations": 2,
        "slot_minutes": 10,
        "vials_allotted": 8,
        "offered_groups": [2, 3],
        "opened": "",
    }


def create(client, plan, days):
    chosen = {"day": [day.isoformat() for day in days], "create": 1}
    return client.post(PAGE, {**plan, **chosen}, follow=True)


def made():
    return sorted(ClinicSession.objects.values_list("date", flat=True))


def test_the_clinic_is_chosen_where_there_is_but_one(client):
    form = client.get(PAGE).context["adminform"].form
    assert form.initial["clinic"] == make_clinic().pk


def test_the_preview_lists_every_day_with_seats_and_what_is_wrong_and_makes_nothing(client, plan):
    make_session(starts_at=oslo(THURSDAYS[1], "19.00"))
    plan |= {"weekdays": [3, 4]}  # Fridays too: 25 December and 1 January are holidays
    response = client.post(PAGE, plan)
    rows = {row["day"].date: row for row in response.context["rows"]}
    assert len(rows) == 7
    assert rows[FIRST]["day"].seats == 48
    assert rows[FIRST]["chosen"]
    assert not rows[THURSDAYS[1]]["chosen"]
    assert "annen vaksinasjonsdag" in rows[THURSDAYS[1]]["faults"][0]
    christmas = rows[date(2026, 12, 25)]
    assert christmas["faults"] == ["Helligdag: Første juledag"]
    assert (christmas["chosen"], christmas["day"].possible) == (False, True)
    assert made() == [THURSDAYS[1]]


def test_days_that_are_past_cannot_be_chosen(client, plan):
    plan |= {"first": "2026-11-12", "until": "2026-11-26"}
    rows = client.post(PAGE, plan).context["rows"]
    assert [row["day"].possible for row in rows] == [False, False, True]
    create(client, plan, [date(2026, 11, 12), date(2026, 11, 26)])
    assert made() == [date(2026, 11, 26)]


def test_the_chosen_days_are_made_and_shown(client, plan):
    response = create(client, plan, THURSDAYS[:2])
    assert made() == THURSDAYS[:2]
    assert told(response) == ["2 vaksinasjonsdager er opprettet."]
    assert [one.date for one in response.context["cl"].result_list] == THURSDAYS[:2]
    assert set(ClinicSession.objects.values_list("state", flat=True)) == {"draft"}


def test_they_can_be_opened_at_once(client, plan):
    create(client, plan | {"opened": "1"}, THURSDAYS)
    assert set(ClinicSession.objects.values_list("state", flat=True)) == {"open"}


def test_a_second_press_makes_nothing_and_tells_the_same(client, plan):
    create(client, plan, THURSDAYS[:2])
    again = create(client, plan, THURSDAYS[:2])
    assert made() == THURSDAYS[:2]
    assert told(again) == ["Vaksinasjonsdagene er opprettet."]


def test_a_used_form_with_other_days_says_that_it_was_used(client, plan):
    create(client, plan, THURSDAYS[:2])
    [words] = told(create(client, plan, THURSDAYS))
    assert made() == THURSDAYS[:2]
    assert "brukt før" in words


def test_what_has_come_to_overlap_meanwhile_stops_all_and_the_rest_stays_chosen(client, plan):
    assert all(row["chosen"] for row in client.post(PAGE, plan).context["rows"])
    make_session(starts_at=oslo(THURSDAYS[2], "18.00"))
    response = create(client, plan, [THURSDAYS[0], THURSDAYS[2], THURSDAYS[3]])
    assert made() == [THURSDAYS[2]]
    assert "24. desember 2026" in response.context["error"]
    chosen = [row["day"].date for row in response.context["rows"] if row["chosen"]]
    assert chosen == [THURSDAYS[0], THURSDAYS[3]]
    create(client, plan, chosen)
    assert made() == [THURSDAYS[0], THURSDAYS[2], THURSDAYS[3]]


def test_no_day_chosen_is_said(client, plan):
    assert create(client, plan, []).context["error"] == "Velg minst én dag."


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": "2026-12-01"}, "until"),
        ({"until": "2027-12-31"}, "until"),
        ({"until": "2026-12-10", "weekdays": [0]}, "until"),
        ({"pattern": "monthly", "weekdays": [0, 1]}, "weekdays"),
        ({"closes": "16:00"}, "closes"),
        ({"weekdays": []}, "weekdays"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed, field, client, plan):
    response = client.post(PAGE, plan | changed | {"create": 1, "day": [FIRST.isoformat()]})
    assert set(errors_of(response)) == {field}
    assert made() == []


def test_the_last_thursday_of_each_month(client, plan):
    plan |= {"pattern": "monthly", "nth": -1, "until": "2027-02-28"}
    rows = client.post(PAGE, plan).context["rows"]
    assert [row["day"].date for row in rows] == [
        date(2026, 12, 31),
        date(2027, 1, 28),
        date(2027, 2, 25),
    ]


def test_change_leads_back_to_the_form_with_what_was_filled_in(client, plan):
    response = client.post(PAGE, plan | {"edit": 1})
    assert response.context["adminform"].form["stations"].value() == "2"
    assert not response.context["errors"]


def test_another_clinic_cannot_be_chosen(client, plan):
    elsewhere = make_clinic(slug="elsewhere")
    make_window(clinic=elsewhere)
    response = create(client, plan | {"clinic": elsewhere.pk}, THURSDAYS)
    assert set(errors_of(response)) == {"clinic"}
    assert made() == []


def test_who_may_not_add_sessions_does_not_see_the_page(client):
    enter(client, (make_clinic(), Role.AUDITOR), name="kontroll")
    assert client.get(PAGE).status_code == 403
