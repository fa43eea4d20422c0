"""What to do next on the day: open a vial, wait, give, invite, or offer the whole vial.

Pure: the counts and minutes of one moment in, what to do now out, each with its reason and the
numbers the reason is told with. How long to wait and whether to invite is decided by the planner's
own functions alone.
"""

from collections.abc import Sequence

from appointments.domain import vial_planning
from appointments.domain.day_facts import (
    GIVEN_UP_AFTER,
    Act,
    Advice,
    DayNow,
    OpenVial,
    Why,
    counted_on,
    still_expected,
)
from appointments.domain.day_invitations import invitations
from appointments.domain.vial_planning import VialPolicy

__all__ = ["GIVEN_UP_AFTER", "Act", "Advice", "DayNow", "OpenVial", "Why", "advise"]


def advise(day: DayNow, policy: VialPolicy) -> list[Advice]:
    """Say what to do now, the most pressing first; nothing when nobody waits and none is spare.

    What can be done at once comes before waiting, then who has waited longest; then whom to
    invite and what the clinician could choose. Never a hold while a dose is left in an open vial;
    a vial that expires first is used first. O(people * vials * yields).
    Source: vial planning, on the day.
    """
    usable = sorted(
        (vial for vial in day.vials if vial.left > 0 and day.now < vial.expiry),
        key=lambda vial: (vial.expiry, vial.id),
    )
    found = [
        *_for_shared(day, usable, policy),
        *_for_whole(day, usable),
    ]
    found.sort(key=lambda one: (one[1].act is Act.HOLD, one[0]))
    steps = [advice for _since, advice in found]
    steps += invitations(day, _not_whole(found, usable), policy)
    if lone_last_person(day, usable, policy):
        steps.append(Advice(Act.WHOLE_VIAL, Why.LAST_PERSON, number=1))
    return steps


def lone_last_person(day: DayNow, usable: Sequence[OpenVial], policy: VialPolicy) -> bool:
    """Tell whether the last person of the day waits alone for a vial that nobody else will share.

    Not when somebody booked may still come, nor when standby people could still be called for what
    is left: more people get a dose then.
    """
    others = (
        *counted_on((*day.expected, *day.whole_expected), day.now),
        *day.whole_waiting,
        *day.standby_waiting,
        *(vial.id for vial in usable if vial.invited),
    )
    if len(day.waiting) != 1 or others or day.with_doctor or day.standby_coming:
        return False
    if day.reachable and day.now + policy.standby_eta < day.closing:
        return False
    if usable:
        return all(vial.untouched for vial in usable)
    return day.stock > 0


def _for_shared(
    day: DayNow, usable: Sequence[OpenVial], policy: VialPolicy
) -> list[tuple[int, Advice]]:
    """Advise on those who share a vial; with the minute since when the first of them waits."""
    here = [*day.waiting, *day.standby_waiting]
    if not here:
        return []
    if usable:
        return [(min(here), _give(day, usable))]
    if not day.waiting:
        return [(min(here), _standby_alone(day))]
    return [(min(day.waiting), _open_or_hold(day, policy))]


def _give(day: DayNow, usable: Sequence[OpenVial]) -> Advice:
    vial = usable[0]
    here = len(day.waiting) + len(day.standby_waiting)
    coming = sum(1 for minute in still_expected(day) if minute < vial.expiry)
    if here + coming + vial.invited >= vial.left:
        why = Why.WILL_EMPTY
    elif len(usable) > 1:
        why = Why.EXPIRES_FIRST
    else:
        why = Why.LEFT_OVER
    return Advice(
        Act.GIVE, why, vial=vial.id, until=vial.expiry, number=here + coming, left=vial.left
    )


def _open_or_hold(day: DayNow, policy: VialPolicy) -> Advice:
    # The clinician's answer may come any minute: such people count as coming, and open no vial.
    expected = [*still_expected(day), *([day.now] * day.with_doctor)]
    ends = day.now + policy.window_min
    in_reach = [minute for minute in expected if minute <= ends]
    here = len(day.waiting)
    together = here + len(day.standby_waiting) + len(in_reach)
    served = min(together, policy.booked_per_vial)
    if here + policy.p_attend_day * len(in_reach) < policy.open_threshold:
        return Advice(Act.REBOOK, Why.BELOW_THRESHOLD, number=together)
    if day.stock <= 0:
        return Advice(Act.NO_STOCK, Why.NONE_TO_OPEN, number=here)
    until = _hold_until(day, expected, policy)
    if until is not None:
        missed = min((minute for minute in expected if minute > ends), default=None)
        return Advice(Act.HOLD, Why.REACHES_NEXT, until=until, number=together, next_at=missed)
    if together >= policy.booked_per_vial:
        why = Why.FILLS
    elif not expected and not day.standby_waiting and here == 1:
        why = Why.NOBODY_ELSE
    elif len(in_reach) == len(expected):
        why = Why.NOBODY_MISSED
    else:
        why = Why.NO_GAIN
    return Advice(Act.OPEN, why, until=ends, number=served)


def _hold_until(day: DayNow, expected: Sequence[int], policy: VialPolicy) -> int | None:
    """Return the minute until which to wait before a vial is opened; None to open now.

    The board asks every few seconds, and the answer must stand: the wait ends when a window would
    reach the next person it misses now, and `hold_min` counts from the first one's arrival.
    """
    hold = vial_planning.hold_minutes(day.now, len(day.waiting), expected, policy)
    if hold <= 0:
        return None
    missed = [minute for minute in expected if minute > day.now + policy.window_min]
    reached_at = min(missed, default=day.now + policy.window_min) - policy.window_min
    latest = min(day.waiting) + policy.hold_min
    if day.now < reached_at <= day.now + hold:
        return reached_at if reached_at <= latest else None
    until = min(day.now + hold, latest)
    return until if until > day.now else None


def _standby_alone(day: DayNow) -> Advice:
    """No vial is opened for standby people alone: they take what is left over."""
    coming = [max(day.now, minute) for minute in still_expected(day)]
    if coming or day.with_doctor:
        until = min(coming, default=day.now)
        return Advice(Act.STANDBY_WAITS, Why.NEXT_VIAL, until=until)
    return Advice(Act.REBOOK, Why.NO_NEXT_VIAL, number=len(day.standby_waiting))


def _for_whole(day: DayNow, usable: Sequence[OpenVial]) -> list[tuple[int, Advice]]:
    """Advise on who takes a vial alone: an untouched open one, else a new one."""
    if not day.whole_waiting:
        return []
    since = min(day.whole_waiting)
    # The first vial is for those who share, when they wait too: nobody is sent to the same vial.
    free = usable[1:] if day.waiting or day.standby_waiting else usable
    untouched = next((vial for vial in free if vial.untouched and not vial.invited), None)
    if untouched:
        advice = Advice(
            Act.GIVE,
            Why.UNTOUCHED,
            vial=untouched.id,
            until=untouched.expiry,
            number=1,
            left=untouched.left,
            whole=True,
        )
    elif day.stock > 0:
        advice = Advice(Act.OPEN, Why.WHOLE_VIAL, number=1, whole=True)
    else:
        advice = Advice(Act.NO_STOCK, Why.NONE_TO_OPEN, number=1, whole=True)
    return [(since, advice)]


def _not_whole(found: Sequence[tuple[int, Advice]], usable: Sequence[OpenVial]) -> list[OpenVial]:
    """Return the vials that no whole-vial person is about to be given."""
    whole = {advice.vial for _since, advice in found if advice.whole}
    return [vial for vial in usable if vial.id not in whole]
