"""Whom an open vial could still serve: how many standby people to invite for it now."""

from collections.abc import Sequence

from appointments.domain import vial_planning
from appointments.domain.day_facts import Act, Advice, DayNow, OpenVial, Why, still_expected
from appointments.domain.vial_planning import VialPolicy


def invitations(day: DayNow, usable: Sequence[OpenVial], policy: VialPolicy) -> list[Advice]:
    """Say how many standby people to invite for each open vial, the one that expires first first.

    People take from the first vial while it surely has a dose; only the rest count for the next,
    so that two vials are never both promised to be left over for want of the same people. Those
    here are as sure as those invited. Towards closing, the vials to come are reckoned with too.
    """
    here = len(day.waiting) + len(day.standby_waiting) + day.with_doctor + day.standby_coming
    # Those invited to a vial that has given more since then take from whichever has a dose.
    here += sum(max(0, vial.invited - vial.left) for vial in usable)
    expected = sorted(still_expected(day))
    reachable, found = day.reachable, []
    for vial in usable:
        coming = [minute for minute in expected if minute < vial.expiry]
        number = 0
        while number < min(reachable, vial.left - vial.invited - here) and (
            vial_planning.invite_now(
                day.now,
                vial.expiry,
                day.closing,
                vial.drawn,
                len(coming),
                vial.invited + here + number,
                policy,
            )
            or (len(usable) == 1 and _left_at_closing(day, vial, here + number, policy))
        ):
            number += 1
        if number:
            advice = Advice(
                Act.INVITE,
                Why.SPARE,
                vial=vial.id,
                until=min(vial.expiry, day.closing),
                number=number,
                left=vial.left,
            )
            found.append(advice)
            reachable -= number
        sure = max(0, _surely_left(vial, policy) - vial.invited - number)
        of_here = min(here, sure)
        here -= of_here
        for minute in coming[: sure - of_here]:
            expected.remove(minute)
    return found


def _left_at_closing(day: DayNow, vial: OpenVial, others: int, policy: VialPolicy) -> bool:
    """Tell whether the only open vial, and those to come, will leave a dose for one more."""
    if day.now + policy.standby_eta >= vial.expiry:
        return False
    return vial_planning.invite_for_last_vial(
        day.now,
        vial.expiry,
        day.closing,
        vial.drawn,
        len(still_expected(day)),
        vial.invited + others,
        policy,
    )


def _surely_left(vial: OpenVial, policy: VialPolicy) -> int:
    """Return the doses that are left whichever of the possible yields the vial has."""
    possible = [doses for doses, mass in policy.yield_mass if mass > 0 and doses >= vial.drawn]
    return min(vial.left, min(possible, default=vial.drawn) - vial.drawn)
