"""Another route than planned: for whom it may be started, and what the dose keeps of it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.limits import Limit
from vaccinations.domain.off_plan import (
    IN_THE_SKIN,
    UNDER_THE_SKIN,
    Facts,
    Kept,
    RouteStop,
    in_the_way,
    kept_of,
    others_than,
    route_stop,
)

LIMITS = st.lists(st.sampled_from(Limit), unique=True)


def facts(planned: str = IN_THE_SKIN, **known: bool) -> Facts:
    nothing = {"under_18": False, "after_exposure": False, "keloid_tendency": False}
    return Facts(planned_route=planned, **{**nothing, **known})


@pytest.mark.parametrize(
    ("known", "stop"),
    [
        ({"under_18": True}, RouteStop.UNDER_18),
        ({"after_exposure": True}, RouteStop.EXPOSED),
        ({"keloid_tendency": True}, RouteStop.KELOIDS),
        ({}, RouteStop.ORDERED),
    ],
)
def test_who_shall_have_it_under_the_skin_is_never_given_it_in_the_skin(
    known: dict[str, bool], stop: RouteStop
) -> None:
    assert route_stop(IN_THE_SKIN, facts(UNDER_THE_SKIN, **known)) == stop


def test_a_plan_in_the_skin_may_be_followed_and_left_for_under_the_skin() -> None:
    assert route_stop(IN_THE_SKIN, facts()) is None
    assert others_than(IN_THE_SKIN) == [UNDER_THE_SKIN]
    assert others_than(UNDER_THE_SKIN) == []


def test_nothing_stops_a_dose_under_the_skin_and_the_facts_stop_one_in_it_whatever_is_planned() -> (
    None
):
    for planned, *known in product(
        (IN_THE_SKIN, UNDER_THE_SKIN), (True, False), (True, False), (True, False)
    ):
        one = Facts(planned, *known)
        assert route_stop(UNDER_THE_SKIN, one) is None
        assert (route_stop(IN_THE_SKIN, one) is None) == (planned == IN_THE_SKIN and not any(known))


@given(limits=LIMITS, route=st.booleans(), interval=st.booleans())
def test_no_word_lifts_the_window_the_lot_the_rest_in_the_vial_or_the_volume(
    limits: list[Limit], route: bool, interval: bool
) -> None:
    left = in_the_way(limits, route_allowed=route, interval_allowed=interval)

    liftable = {Limit.ROUTE} if route else set()
    liftable |= {Limit.INTERVAL} if interval else set()
    assert left == [limit for limit in limits if limit not in liftable]


@pytest.mark.parametrize(
    ("by_clinician", "overridden", "kept"),
    [
        (True, False, Kept(override=True)),
        (False, False, Kept(deviation="route")),
        (True, True, Kept(deviation="route")),
        (False, True, Kept(deviation="route")),
    ],
)
def test_another_route_is_a_clinicians_word_or_a_deviation(
    by_clinician: bool, overridden: bool, kept: Kept
) -> None:
    assert kept_of([Limit.ROUTE], by_clinician=by_clinician, overridden=overridden) == kept


def test_the_planned_route_leaves_nothing_to_keep() -> None:
    assert kept_of([Limit.INTERVAL], by_clinician=True, overridden=True) == Kept()
