"""What a planned vial costs, by the number of people booked on it."""

from math import comb

from appointments.domain.vial_policy import VialPolicy

UNDERFILLED_COST = 0.25  # vials; for a batch smaller than `min_batch`
WASTED_DOSE_COST = 0.02  # vials; for each dose expected to be thrown away


def at_most(limit: int, people: int, chance: float) -> float:
    """Return the chance that at most `limit` of `people` come, each with `chance`."""
    return sum(exactly(here, people, chance) for here in range(min(limit, people) + 1))


def exactly(here: int, people: int, chance: float) -> float:
    """Return the chance that exactly `here` of `people` come, each with `chance`."""
    return comb(people, here) * chance**here * (1 - chance) ** (people - here)


def batch_costs(largest: int, policy: VialPolicy) -> list[float]:
    """Return what a planned batch of 0, 1, ... `largest` people costs, in vials. O(largest^2).

    Expected vials opened, plus UNDERFILLED_COST below `min_batch`, plus WASTED_DOSE_COST for
    each dose expected to be left over. Attendance is Binomial(size, p_attend_cutoff); vials are
    drawn one after another from the yields, and none is opened when nobody comes.
    Source: vial planning, formal model, c(m).
    """
    of_attending = [0.0]
    for people in range(1, largest + 1):
        cost = 1.0
        for doses, mass in policy.yield_mass:
            left_over = max(0, doses - people)
            cost += mass * (of_attending[max(0, people - doses)] + WASTED_DOSE_COST * left_over)
        of_attending.append(cost)
    costs = [0.0]
    for size in range(1, largest + 1):
        expected = sum(
            exactly(here, size, policy.p_attend_cutoff) * of_attending[here]
            for here in range(size + 1)
        )
        costs.append(expected + (UNDERFILLED_COST if size < policy.min_batch else 0))
    return costs
