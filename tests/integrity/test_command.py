"""manage.py check_integrity: what it prints, how it leaves, and that it only looks."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.models import Appointment
from integrity.invariants import Invariant
from mpoxclinic.invariants import INVARIANTS, find_faults
from tests.factories import OPENING, make_booking, make_day, make_dose, make_patient
from tests.invariants import assert_integrity

BROKEN = 1
NUMBER = len(list(INVARIANTS))


def check(*arguments):
    """Run the command; return what it printed and its exit status."""
    out, status = StringIO(), 0
    try:
        call_command("check_integrity", *arguments, stdout=out)
    except SystemExit as left:
        status = left.code
    return out.getvalue(), status


@pytest.fixture
def misdated(db):
    appointment = make_booking(session=make_day().session)
    Appointment.objects.filter(pk=appointment.pk).update(date="2026-11-27")
    return appointment


@pytest.mark.django_db
def test_sound_data_is_said_to_be_sound():
    make_booking()
    assert check() == (f"{NUMBER} invariants hold\n", 0)


def test_each_fault_is_a_line_of_code_table_id_and_words_and_then_the_sum(misdated):
    printed, status = check()
    assert status == BROKEN
    where = f"appointment.date appointments_appointment {misdated.pk}"
    assert printed.splitlines() == [
        f"{where}: dated 2026-11-27, the slot is 2026-11-26",
        f"1 of {NUMBER} invariants broken: appointment.date (1)",
    ]


def test_the_same_as_json(misdated):
    printed, status = check("--json")
    assert status == BROKEN
    report = json.loads(printed)
    assert report["holds"] is False
    assert len(report["checked"]) == NUMBER
    assert report["faults"] == [
        {
            "invariant": "appointment.date",
            "table": "appointments_appointment",
            "ids": [str(misdated.pk)],
            "what": "dated 2026-11-27, the slot is 2026-11-26",
        }
    ]


def test_only_some_are_checked(misdated):
    assert check("--only", "seat.once", "--only", "dose.copies") == ("2 invariants hold\n", 0)
    assert check("--only", "seat.once") == ("1 invariant holds\n", 0)
    assert check("--only", "appointment.date")[1] == BROKEN


def test_a_wrong_code_is_named_with_the_right_ones():
    with pytest.raises(CommandError, match=r"called seat\.twice.*seat\.once") as refused:
        check("--only", "seat.twice")
    assert refused.value.returncode == 2


def test_the_list_says_what_each_means():
    printed, status = check("--list")
    assert status == 0
    assert len(printed.splitlines()) == NUMBER
    assert "seat.once: A seat of a slot is one person's\n" in printed


@pytest.mark.django_db(transaction=True)
def test_it_reads_from_one_snapshot_that_cannot_be_written():
    make_booking()
    seen = []
    invariants = iter(INVARIANTS)

    def lazily():
        yield next(invariants)
        with connection.cursor() as cursor:
            for setting in ("transaction_isolation", "transaction_read_only"):
                cursor.execute(f"SHOW {setting}")
                seen.append(cursor.fetchone()[0])
        yield from invariants

    assert list(find_faults(lazily(), now=timezone.now())) == []
    assert seen == ["repeatable read", "on"]
    meddlesome = Invariant("it.writes", "It writes", lambda now: [make_patient()])
    with pytest.raises(InternalError, match="read-only"):
        list(find_faults([meddlesome], now=timezone.now()))


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows():
    day = make_day()

    def more_rows(number):
        for _ in range(number):
            make_booking(session=day.session)
            make_dose()

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert_integrity(now=OPENING)
        return len(captured)

    more_rows(1)
    few = queries()
    more_rows(6)
    assert queries() == few
