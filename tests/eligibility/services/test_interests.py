"""Who wants to be told: kept encrypted for six months, told once, dropped without a trace."""

from datetime import timedelta

import pytest
from django.db import connection

from audit.models import AuditEntry
from eligibility.models import GroupInterest
from eligibility.services.interests import drop_old, leave, tell
from notifications.models import Message
from tests.factories import BEFORE, make_interest
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
MAIL = "alice@example.org"


def test_what_is_kept_is_unreadable_in_the_database() -> None:
    make_interest(email=MAIL, group=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM eligibility_groupinterest")
        row = " ".join(map(str, cursor.fetchone() or ()))
    assert "alice" not in row
    assert "email" not in row
    interest = GroupInterest.objects.get()
    assert (interest.priority_group, interest.contact["address"]) == ("2", MAIL)


def test_asked_twice_it_is_one_wish_with_the_newest_group_and_six_new_months() -> None:
    first = make_interest(email=MAIL, group=3)
    again = make_interest(email=MAIL, group=2, now=BEFORE + timedelta(days=30))

    assert first.pk == again.pk
    kept = GroupInterest.objects.get()
    assert (kept.priority_group, kept.consented_at) == ("2", BEFORE + timedelta(days=30))
    assert AuditEntry.objects.filter(action="interest.noted").count() == 2


def test_who_leaves_leaves_nothing_behind_and_is_told_nothing() -> None:
    interest = make_interest(email=MAIL)

    assert leave(interest_id=interest.pk, now=BEFORE)
    assert not leave(interest_id=interest.pk, now=BEFORE), "once"
    assert tell([interest], now=BEFORE) == 0

    kept = GroupInterest.objects.get()
    assert (kept.priority_group, kept.contact, kept.language) == (None, None, None)
    assert (kept.contact_hash, kept.end) == ("", "left")
    assert_integrity(now=BEFORE)


def test_who_left_may_ask_again() -> None:
    leave(interest_id=make_interest(email=MAIL).pk, now=BEFORE)
    make_interest(email=MAIL)
    assert GroupInterest.objects.filter(ended_at=None).count() == 1


def test_somebody_is_told_once_and_again_only_after_asking_again() -> None:
    interest = make_interest(email=MAIL)
    assert tell([interest], now=BEFORE) == 1
    assert tell([interest], now=BEFORE) == 0
    assert Message.objects.filter(kind="group_open").count() == 1

    again = make_interest(email=MAIL, now=BEFORE + timedelta(days=1))
    assert tell([again], now=BEFORE + timedelta(days=1)) == 1
    assert Message.objects.filter(kind="group_open").count() == 2


@pytest.mark.parametrize(("days", "dropped"), [(182, 0), (183, 1)])
def test_six_months_later_it_is_dropped(days: int, dropped: int) -> None:
    make_interest()
    now = BEFORE + timedelta(days=days)

    assert drop_old(now=now) == dropped
    assert drop_old(now=now) == 0
    assert_integrity(now=now)


def test_a_month_after_the_message_it_is_dropped() -> None:
    tell([make_interest()], now=BEFORE)

    assert drop_old(now=BEFORE + timedelta(days=29)) == 0
    assert drop_old(now=BEFORE + timedelta(days=30)) == 1
    assert GroupInterest.objects.get().end == "told"


def test_a_button_pressed_twice_asks_once() -> None:
    make_interest(email=MAIL)
    make_interest(email=MAIL, now=BEFORE + timedelta(seconds=1))

    assert AuditEntry.objects.filter(action="interest.noted").count() == 1
    assert Message.objects.filter(kind="interest_noted").count() == 1
