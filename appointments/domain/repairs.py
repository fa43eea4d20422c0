"""Whom to ask to move at the cutoff, by when they answer, and which yes is carried out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import chain, combinations

from appointments.domain import vial_planning
from appointments.domain.vial_policy import VialPolicy
from clinics.domain.calendar import OSLO

SAME_COST = 1e-9  # vials


class AskState(StrEnum):
    """Where the question whether somebody can move is. Asked and yes are not the end."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    KEPT = "kept"


ASKING = frozenset({AskState.ASKED, AskState.YES})

# Nobody is asked at night, nor has to answer in the evening; the answer comes well before the day.
ASKED_FROM, ANSWERED_BY = time(8), time(20)
TIME_TO_ANSWER = timedelta(hours=3)
SHORTEST_TO_ANSWER = timedelta(minutes=30)
KNOWN_BEFORE = timedelta(hours=2)

# Every choice among the consents is weighed: 2 to the power of this, at most.
MOST_CONSENTS = 8


def answer_deadline(now: datetime, starts_at: datetime) -> datetime | None:
    """Return until when somebody asked now has to answer; None when it is no time to ask.

    Three hours, at the latest 20:00, and two hours before the session. Nobody is asked before 8:00,
    or with less than half an hour to answer.
    """
    local = now.astimezone(OSLO)
    evening = datetime.combine(local.date(), ANSWERED_BY, tzinfo=OSLO)
    latest = min(now + TIME_TO_ANSWER, evening, starts_at - KNOWN_BEFORE)
    if local.time() < ASKED_FROM or latest - now < SHORTEST_TO_ANSWER:
        return None
    return latest.astimezone(now.tzinfo)


def waits_for_morning(now: datetime, starts_at: datetime) -> bool:
    """Tell whether nobody can be asked now, but in the morning: a cutoff that was missed."""
    local = now.astimezone(OSLO)
    day = local.date() + timedelta(days=local.time() >= ASKED_FROM)
    morning = datetime.combine(day, ASKED_FROM, tzinfo=OSLO)
    return answer_deadline(now, starts_at) is None and bool(answer_deadline(morning, starts_at))


def whom_to_ask(
    times: Sequence[int],
    movable: Mapping[int, Collection[int]],
    policy: VialPolicy,
    *,
    outstanding: Mapping[int, int] | None = None,
    refused: Collection[int] = (),
    asked: int = 0,
) -> dict[int, int]:
    """Return whom to ask now: index into the sorted `times` -> the minute to ask about.

    `movable`: index -> the free minutes that person said they can take. `outstanding`: those asked
    who have not said no, with their minute: they count as willing, and are not asked again.
    `refused`: those who said no. `asked`: how many of the session were asked before, these among
    them; never more than `max_asks` in all. One more is asked only when the proposal with the
    outstanding ones saves more than without. Raises as `propose_places` does.
    Source: vial planning, cutoff.
    """
    waiting = dict(outstanding or {})
    most = min(policy.max_asks - asked, MOST_CONSENTS - len(waiting))
    if most < 1:
        return {}
    policy = replace(policy, max_moves=min(policy.max_moves, most + len(waiting)))
    willing = {
        index: minutes
        for index, minutes in movable.items()
        if index not in refused and index not in waiting
    }
    willing |= {index: {minute} for index, minute in waiting.items()}
    named = vial_planning.propose_moves(times, willing, policy)
    to_move = {index: willing[index] for index in named if index in willing}
    places = vial_planning.propose_places(times, to_move, policy)
    new = [index for index in sorted(places) if index not in waiting]
    if len(new) > most:  # half a proposal may save nothing
        return {}
    return {index: places[index] for index in new}


def consented_moves(
    times: Sequence[int],
    consents: Mapping[int, int],
    seats: Mapping[int, int],
    policy: VialPolicy,
) -> dict[int, int]:
    """Choose which yes-answers to carry out: index into the sorted `times` -> the new minute.

    `consents`: index -> the minute that person said yes to; `seats`: minute -> seats free there
    now. Of all choices of at most `max_moves` that save vials still, the cheapest: every new place
    is free and shares a vial that is planned without it, the planned vials do not rise, and the
    plan, `move_cost` for each moved included, is cheaper. {} when no choice does.
    O(2^consents) plans. Source: vial planning, cutoff.
    """
    best: dict[int, int] = {}
    before = vial_planning.plan_batches(times, policy)
    cheapest, vials = before.cost - SAME_COST, len(before.batches)
    for chosen in _choices(sorted(consents)[:MOST_CONSENTS], policy.max_moves):
        moves = {index: consents[index] for index in chosen}
        minutes = list(moves.values())
        if any(minutes.count(minute) > seats.get(minute, 0) for minute in minutes):
            continue
        stay = [minute for index, minute in enumerate(times) if index not in moves]
        after = sorted([*stay, *minutes])
        if not _shares(stay, after, policy):
            continue
        plan = vial_planning.plan_batches(after, policy)
        cost = plan.cost + policy.move_cost * len(moves)
        if len(plan.batches) <= vials and cost < cheapest:
            best, cheapest = moves, cost - SAME_COST
    return best


def _choices(consents: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    sizes = range(1, min(most, len(consents)) + 1)
    return chain.from_iterable(combinations(consents, size) for size in sizes)


def _shares(stay: Sequence[int], after: Sequence[int], policy: VialPolicy) -> bool:
    span, cap = policy.span_min, policy.booked_per_vial
    return vial_planning.min_vials(after, span, cap) == vial_planning.min_vials(stay, span, cap)


def standby_wanted(times: Sequence[int], policy: VialPolicy) -> int:
    """Count the standby people to invite ahead for a day: those of each of its window clusters.

    Source: vial planning, cutoff.
    """
    clusters = vial_planning.window_clusters(times, policy)
    return sum(vial_planning.cutoff_invites(len(cluster), policy) for cluster in clusters)
