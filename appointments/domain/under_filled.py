"""What remains under-filled in a plan, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from appointments.domain import vial_planning
from appointments.domain.vial_cost import batch_costs, exactly
from appointments.domain.vial_policy import VialPolicy


@dataclass(frozen=True)
class UnderFilled:
    """A vial planned for too few people, as indexes into the times of the plan.

    `doses_lost`: how many doses are expected to be thrown away. `extra_vials`: what it costs more,
    in vials, than if these people shared full ones.
    """

    people: Sequence[int]
    doses_lost: float
    extra_vials: float


def under_filled(times: Sequence[int], policy: VialPolicy) -> list[UnderFilled]:
    """List the vials planned for fewer than `min_batch` of the sorted `times`, in order.

    Source: vial planning, formal model, c(m).
    """
    batches = vial_planning.plan_batches(times, policy).batches
    cap = policy.booked_per_vial
    costs = batch_costs(cap, policy)
    return [
        UnderFilled(
            people=batch,
            doses_lost=expected_left_over(len(batch), policy),
            extra_vials=max(0.0, costs[len(batch)] - len(batch) * costs[cap] / cap),
        )
        for batch in batches
        if len(batch) < policy.min_batch
    ]


def expected_left_over(people: int, policy: VialPolicy) -> float:
    """Return how many doses a batch of people is expected to leave unused. O(people^2).

    Each comes with `p_attend_cutoff`; vials are drawn one after another from the yields, and none
    is opened when nobody comes.
    """
    of_attending = [0.0]
    for here in range(1, people + 1):
        of_attending.append(
            sum(
                mass * (max(0, doses - here) + of_attending[max(0, here - doses)])
                for doses, mass in policy.yield_mass
            )
        )
    return sum(
        exactly(here, people, policy.p_attend_cutoff) * of_attending[here]
        for here in range(people + 1)
    )
