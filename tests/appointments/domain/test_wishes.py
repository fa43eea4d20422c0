from datetime import datetime

import pytest

from appointments.domain.time_bands import Band
from appointments.domain.wishes import Wishes, read_wishes
from clinics.domain.calendar import OSLO

THURSDAY_EVENING = datetime(2026, 11, 26, 17, 30, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("days", "bands", "suits"),
    [
        ([], [], True),
        (["4"], [], True),
        (["1", "4"], ["evening"], True),
        (["1"], [], False),
        ([], ["morning"], False),
        (["4"], ["morning"], False),
        (["1"], ["evening"], False),
    ],
)
def test_a_time_suits_when_its_day_and_its_part_of_the_day_are_wished_for(days, bands, suits):
    assert read_wishes(days, bands).suits(THURSDAY_EVENING) is suits


@pytest.mark.parametrize("junk", ["", "0", "8", "04", "x", "🎉", "4' OR 1=1", "MORNING"])
def test_what_is_no_day_or_part_of_the_day_is_left_out(junk):
    assert read_wishes([junk], [junk]) == Wishes()


def test_wishes_of_either_kind_are_wishes():
    assert not Wishes()
    assert Wishes(days=frozenset({4}))
    assert Wishes(bands=frozenset({Band.EVENING}))
