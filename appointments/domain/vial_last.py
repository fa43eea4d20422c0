"""Whether the last vials of a day will have a dose left over, before they are even opened."""

from functools import lru_cache

from appointments.domain.vial_cost import exactly
from appointments.domain.vial_policy import VialPolicy
from appointments.domain.vial_standby import ROUNDING, ImpossibleCountError

LAST_STRETCH = 60  # minutes before closing from which all that is left of the day is reckoned with


def spare_dose_at_closing(
    drawn: int | None, remaining: int, pending: int, policy: VialPolicy
) -> float:
    """Return the chance that the vials of the rest of the day have a dose for one more person.

    As `spare_dose_probability`, but with the vials that are opened for the remaining people
    counted too: the same chance when the open vial is enough for them all. `drawn`: doses taken
    from the open vial, None when none is open; `remaining`: booked people still expected, each
    coming with `p_attend_day`; `pending`: those sure to take a dose, who wait or are invited.
    Doses are taken one after another, a new vial when none is left. 0 when no vial is opened.
    O(remaining * (remaining + pending) * yields). Raises ImpossibleCountError.
    Source: vial planning, standby.
    """
    if min(drawn or 0, remaining, pending) < 0:
        raise ImpossibleCountError
    return sum(
        exactly(here, remaining, policy.p_attend_day)
        * _chance_of_rest(drawn, pending + here, policy.yield_mass)
        for here in range(remaining + 1)
    )


def invite_for_last_vial(  # noqa: PLR0917 - the order of `invite_now`, which it completes
    now: int,
    expiry: int | None,
    closing: int,
    drawn: int | None,
    remaining: int,
    pending: int,
    policy: VialPolicy,
) -> bool:
    """Say whether to invite the next standby person for a dose that the day will leave over.

    Towards closing (LAST_STRETCH, no longer than the window) a vial opened from now on lives
    until then, so the doses of all vials to come can be counted, in time for a person who needs
    `standby_eta` minutes. Before that, `invite_now` alone decides. Arguments as there; `expiry`
    and `drawn` are None when no vial is open. A vial that expires before the person is there is
    left out. Raises ImpossibleCountError. Source: vial planning, standby.
    """
    there = now + policy.standby_eta
    if there >= closing or closing - now > min(LAST_STRETCH, policy.window_min):
        return False
    if expiry is None or there >= expiry:
        drawn = None
    spare = spare_dose_at_closing(drawn, remaining, pending, policy)
    return spare >= policy.standby_conf - ROUNDING


@lru_cache(maxsize=4096)
def _chance_of_rest(
    drawn: int | None, people: int, yield_mass: tuple[tuple[int, float], ...]
) -> float:
    """Return the chance that `people` leave at least one dose in the vial they end with."""
    left = {0: 1.0}
    if drawn is not None:
        possible = {doses - drawn: mass for doses, mass in yield_mass if doses >= drawn}
        weight = sum(possible.values())
        left = {rest: mass / weight for rest, mass in possible.items()} if weight else left
    for _ in range(people):
        after: dict[int, float] = {}
        for rest, chance in left.items():
            vials = [(rest, 1.0)] if rest else yield_mass
            for doses, mass in vials:
                after[doses - 1] = after.get(doses - 1, 0.0) + chance * mass
        left = after
    return sum(chance for rest, chance in left.items() if rest)
