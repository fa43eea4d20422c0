"""When to call standby people: the afternoon before, and for a dose left in an open vial."""

from collections.abc import Iterable
from math import ceil, floor

from appointments.domain.vial_cost import at_most
from appointments.domain.vial_policy import VialPolicy

SHORT_WINDOW = 120  # minutes; with a longer window there is time to call on the day
SPARED_VIAL = 0.15  # share of a vial that is left to luck instead of planning one more
ROUNDING = 1e-9


class ImpossibleCountError(ValueError):
    """A number of people or doses below zero."""


def cutoff_invites(n_booked: int, policy: VialPolicy) -> int:
    """Count the standby people to invite at the cutoff for one window cluster of bookings.

    `n_booked`: people booked in the cluster. 0 for fewer than two, and where the window is
    longer than SHORT_WINDOW. Else `standby_cut_share` of the expected surplus v*y - n*p, rounded
    down. O(1). Raises ImpossibleCountError. Source: vial planning, cutoff.
    """
    if n_booked < 0:
        raise ImpossibleCountError
    if n_booked < 2 or policy.window_min > SHORT_WINDOW:
        return 0
    coming = n_booked * policy.p_attend_cutoff
    vials = max(1, ceil(coming / policy.mean_yield - SPARED_VIAL - ROUNDING))
    surplus = max(0.0, vials * policy.mean_yield - coming)
    return floor(policy.standby_cut_share * surplus + ROUNDING)


def window_clusters(times: Iterable[int], policy: VialPolicy) -> list[list[int]]:
    """Split the booked minutes into window clusters: those that one vial's window reaches.

    The first person and everybody booked within `span_min` of them, then the next. However many
    they are: `cutoff_invites` reckons how many vials a cluster takes. `times` in any order.
    O(n log n). Source: vial planning, cutoff.
    """
    clusters: list[list[int]] = []
    for minute in sorted(times):
        if clusters and minute - clusters[-1][0] <= policy.span_min:
            clusters[-1].append(minute)
        else:
            clusters.append([minute])
    return clusters


def spare_dose_probability(drawn: int, remaining: int, pending: int, policy: VialPolicy) -> float:
    """Return the chance that an open vial still has a dose for one more person.

    `drawn`: doses taken from it; `remaining`: booked people still expected to need it, each
    coming with `p_attend_day`; `pending`: invited standby people, all taken to come. Averaged
    over the yields that `drawn` leaves possible; 0 when it leaves none. O(remaining * yields).
    Raises ImpossibleCountError. Source: vial planning, standby.
    """
    if min(drawn, remaining, pending) < 0:
        raise ImpossibleCountError
    possible = [(doses, mass) for doses, mass in policy.yield_mass if doses >= drawn]
    weight = sum(mass for _, mass in possible)
    if not weight:
        return 0.0
    spare = sum(
        mass * at_most(doses - drawn - pending - 1, remaining, policy.p_attend_day)
        for doses, mass in possible
    )
    return spare / weight


def invite_now(  # noqa: PLR0917 - the signature is part of the contract
    now: int,
    expiry: int,
    closing: int,
    drawn: int,
    remaining: int,
    pending: int,
    policy: VialPolicy,
) -> bool:
    """Say whether to invite the next standby person for the open vial.

    `now`, `expiry` of the vial and `closing` of the clinic in minutes; the counts as in
    `spare_dose_probability`. True when a dose is spare with at least `standby_conf` and the
    person, there in `standby_eta` minutes, comes before the vial and the clinic close (in the
    very minute is too late). Raises ImpossibleCountError. Source: vial planning, standby.
    """
    spare = spare_dose_probability(drawn, remaining, pending, policy)
    in_time = now + policy.standby_eta < min(expiry, closing)
    return in_time and spare >= policy.standby_conf - ROUNDING
