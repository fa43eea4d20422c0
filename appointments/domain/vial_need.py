"""How many vials the people booked may need: attendance and yields are drawn, not averaged."""

from collections.abc import Iterable, Sequence

from appointments.domain.vial_cost import exactly
from appointments.domain.vial_policy import VialPolicy

# The vials set aside suffice on 95 days of 100.
SURE = 0.95
_ROUNDING = 1e-9

# The chance of 0, 1, 2 ... vials.
Chances = list[float]


def vials_to_be_sure(
    batches: Iterable[int], whole_vials: int, policy: VialPolicy, *, sure: float = SURE
) -> int:
    """Return the fewest vials that suffice with the chance ``sure`` (the 95 % quantile).

    ``batches``: people planned for each shared vial; ``whole_vials``: those who take one each.
    Everybody comes with the policy's chance at the cutoff; vials are drawn one after another from
    its yields, and left-overs are never pooled. O(vials^2 * largest batch).
    """
    sizes = list(batches)
    of_attending = _of_attending(max(sizes, default=0), policy)
    total: Chances = [1.0]
    known: dict[int, Chances] = {}
    for size in sizes:
        if size not in known:
            known[size] = _of_batch(size, of_attending, policy)
        total = _sum_of(total, known[size])
    chance = policy.p_attend_cutoff
    total = _sum_of(total, [exactly(here, whole_vials, chance) for here in range(whole_vials + 1)])
    so_far = 0.0
    for vials, mass in enumerate(total):
        so_far += mass
        if so_far >= sure - _ROUNDING:
            return vials
    return len(total) - 1


def _of_attending(most: int, policy: VialPolicy) -> list[Chances]:
    """Return the chances of vials opened for 0, 1, ... ``most`` people who come."""
    found: list[Chances] = [[1.0]]
    for people in range(1, most + 1):
        chances = [0.0] * (people + 1)
        for doses, mass in policy.yield_mass:
            for vials, chance in enumerate(found[max(0, people - doses)]):
                chances[vials + 1] += mass * chance
        found.append(chances)
    return found


def _of_batch(size: int, of_attending: Sequence[Chances], policy: VialPolicy) -> Chances:
    chances = [0.0] * (size + 1)
    for here in range(size + 1):
        coming = exactly(here, size, policy.p_attend_cutoff)
        for vials, chance in enumerate(of_attending[here]):
            chances[vials] += coming * chance
    return chances


def _sum_of(one: Chances, other: Chances) -> Chances:
    chances = [0.0] * (len(one) + len(other) - 1)
    for left, this in enumerate(one):
        for right, that in enumerate(other):
            chances[left + right] += this * that
    return chances
