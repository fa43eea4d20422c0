"""What a given dose was outside of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.deviations import (
    Asked,
    Deviation,
    Happened,
    as_text,
    deviations,
    from_text,
)
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, take_late

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PLAIN = Happened(
    given_at=NOON,
    given_on=date(2026, 11, 26),
    opened_at=NOON - timedelta(minutes=10),
    use_before=NOON + timedelta(minutes=110),
    units_left=5,
    lot_expires_on=date(2026, 11, 26),
    lot_stopped=False,
    has_order=True,
    route="intradermal",
    volume_ml=Decimal("0.1"),
    ordered_route="intradermal",
    previous_dose_on=None,
)


def test_a_dose_within_everything_deviates_in_nothing():
    assert deviations(PLAIN) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"asked": Asked.SOMETHING_SAID}, Deviation.PERSON),
        ({"asked": Asked.NOT_ASKED}, Deviation.NOT_ASKED),
        ({"had_it_already": True}, Deviation.EXTRA),
        ({"previous_dose_on": date(2026, 10, 30)}, Deviation.INTERVAL),
        ({"ordered_route": "subcutaneous"}, Deviation.ROUTE),
        ({"volume_ml": Decimal("0.2")}, Deviation.VOLUME),
        ({"use_before": NOON}, Deviation.WINDOW),
        ({"opened_at": NOON + timedelta(minutes=1)}, Deviation.WINDOW),
        ({"lot_expires_on": date(2026, 11, 25)}, Deviation.LOT_EXPIRED),
        ({"lot_stopped": True}, Deviation.LOT_STOPPED),
        ({"units_left": 0}, Deviation.NOT_ENOUGH_LEFT),
        ({"has_order": False}, Deviation.NO_ORDER),
    ],
    ids=str,
)
def test_each_limit_is_a_deviation_of_its_own(changes, found):
    assert deviations(replace(PLAIN, **changes)) == [found]


def test_the_28th_day_is_no_deviation():
    assert deviations(replace(PLAIN, previous_dose_on=date(2026, 10, 29))) == []


def test_a_dose_too_close_before_one_on_record_is_outside_of_the_same_interval():
    assert deviations(replace(PLAIN, next_dose_on=date(2026, 12, 23))) == [Deviation.INTERVAL]
    assert deviations(replace(PLAIN, next_dose_on=date(2026, 12, 24))) == []


def test_what_a_clinician_allowed_for_this_dose_is_not_allowed_for_the_next():
    close = replace(PLAIN, next_dose_on=date(2026, 12, 23), interval_days=14)
    assert deviations(close) == [Deviation.INTERVAL]


def test_a_clinicians_shorter_interval_is_the_limit_where_there_is_one():
    early = replace(PLAIN, previous_dose_on=date(2026, 11, 12))
    assert deviations(early) == [Deviation.INTERVAL]
    assert deviations(replace(early, interval_days=14)) == []


@given(st.lists(st.sampled_from(Deviation), unique=True))
def test_what_a_dose_keeps_is_read_as_it_was_written(found):
    assert from_text(as_text(found)) == found
    assert len(as_text(found)) <= 120


@given(
    wanted=st.integers(1, UNITS_PER_VIAL),
    given_before=st.integers(0, UNITS_PER_VIAL),
    discarded=st.integers(0, UNITS_PER_VIAL),
    not_obtainable=st.integers(0, UNITS_PER_VIAL),
)
def test_a_late_dose_never_makes_a_vial_hold_more_than_it_did(
    wanted, given_before, discarded, not_obtainable
):
    left = UNITS_PER_VIAL - given_before - discarded - not_obtainable
    if left < 0:
        return
    account = take_late(wanted, left=left, discarded=discarded, not_obtainable=not_obtainable)
    if account is None:
        assert given_before + wanted > UNITS_PER_VIAL
        return
    spent = given_before + wanted + account.discarded + account.not_obtainable
    assert spent <= UNITS_PER_VIAL
    assert 0 <= account.discarded <= discarded
    assert 0 <= account.not_obtainable <= not_obtainable
    if wanted <= left:
        assert (account.discarded, account.not_obtainable) == (discarded, not_obtainable)
    else:
        assert spent == UNITS_PER_VIAL
