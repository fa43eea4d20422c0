"""Whether the stock covers what is promised."""

from datetime import date, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.shortage import LotLeft, missing

DAY = date(2026, 11, 26)


def on(number):
    return DAY + timedelta(days=number)


def test_enough_is_enough_and_what_is_lacking_is_the_last_days():
    assert missing([(on(0), 3), (on(7), 2)], [LotLeft(on(30), 5)]) == [0, 0]
    assert missing([(on(7), 2), (on(0), 3)], [LotLeft(on(30), 4)]) == [1, 0]


def test_what_expires_first_is_used_first_and_never_after():
    lots = [LotLeft(on(30), 2), LotLeft(on(3), 2)]
    assert missing([(on(0), 2), (on(7), 2)], lots) == [0, 0]
    assert missing([(on(7), 3)], lots) == [1]


needs_of = st.lists(st.tuples(st.integers(0, 4).map(on), st.integers(0, 3)), max_size=4)
lots_of = st.lists(st.builds(LotLeft, st.integers(0, 4).map(on), st.integers(0, 3)), max_size=3)


def best(needs, lots):
    """Try every way to serve every vial, one by one."""
    wanted = tuple(day for day, vials in needs for _ in range(vials))

    @cache
    def served(index, left):
        if index == len(wanted):
            return 0
        ways = [served(index + 1, left)]
        for number, lot in enumerate(lots):
            if left[number] and lot.expires_on >= wanted[index]:
                rest = tuple(one - (n == number) for n, one in enumerate(left))
                ways.append(1 + served(index + 1, rest))
        return max(ways)

    return len(wanted) - served(0, tuple(lot.vials for lot in lots))


@given(needs_of, lots_of)
def test_no_other_way_lacks_fewer(needs, lots):
    lacking = missing(needs, lots)
    assert sum(lacking) == best(needs, lots)
    assert all(0 <= one <= vials for one, (_day, vials) in zip(lacking, needs, strict=True))


@given(needs_of, lots_of, st.integers(0, 3))
def test_more_stock_never_lacks_more(needs, lots, more):
    with_more = [*lots, LotLeft(on(4), more)]
    assert sum(missing(needs, with_more)) <= sum(missing(needs, lots))
