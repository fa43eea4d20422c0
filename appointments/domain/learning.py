"""What a clinic's own history says of its vials and its people.

Pure: counts in, the learned numbers out. Both estimates begin at the policy's defaults, weighed
like twenty vials or people, so that a new clinic plans with the defaults and an old one with its
own numbers. Source: vial planning, facts about the vaccine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PRIOR_WEIGHT = 20  # vials, or people
CLOSE_ENOUGH = 1e-12
MOST_ROUNDS = 10_000

Masses = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class ClosedVial:
    """A closed vial of shared doses: `doses` were drawn; `censored` when there was vaccine left.

    Of a censored vial we know only that it would have given that many at least.
    """

    doses: int
    censored: bool = False


def learned_yields(vials: Iterable[ClosedVial], prior: Sequence[tuple[int, float]]) -> Masses:
    """Return the chance of each yield, from the clinic's closed vials; masses sum to 1.

    `prior` are the masses with nothing known, worth PRIOR_WEIGHT vials. A vial that was emptied
    counts for what it gave. One thrown away with vaccine left is spread over the yields that it
    could have had, in proportion to what is learned, until nothing changes any more (expectation
    and maximisation; the order of vials does not matter). A vial with nothing drawn tells nothing.
    O(vials + rounds * yields).
    """
    weights = {doses: PRIOR_WEIGHT * mass for doses, mass in prior}
    at_least: dict[int, int] = {}
    for vial in vials:
        if vial.doses < 1:
            continue
        if vial.censored:
            at_least[vial.doses] = at_least.get(vial.doses, 0) + 1
        else:
            weights[vial.doses] = weights.get(vial.doses, 0.0) + 1
    masses = _normal(weights)
    for _ in range(MOST_ROUNDS):
        spread = dict(weights)
        for least, number in at_least.items():
            possible = {doses: mass for doses, mass in masses.items() if doses >= least and mass}
            whole = sum(possible.values())
            for doses, mass in possible.items():
                spread[doses] += number * mass / whole
        nearer = _normal(spread)
        change = max(abs(nearer[doses] - mass) for doses, mass in masses.items())
        masses = nearer
        if change < CLOSE_ENOUGH:
            break
    return tuple(sorted(masses.items()))


def learned_share(came: int, of: int, prior: float) -> float:
    """Return the chance that a person comes, when `came` of `of` did; `prior` with nothing known.

    The mean of a Beta distribution whose prior is worth PRIOR_WEIGHT people. Between 0 and 1.
    """
    return (PRIOR_WEIGHT * prior + came) / (PRIOR_WEIGHT + of)


def mean_of(masses: Sequence[tuple[int, float]]) -> float:
    """Return the doses that a vial gives on average."""
    return sum(doses * mass for doses, mass in masses)


def _normal(weights: dict[int, float]) -> dict[int, float]:
    whole = sum(weights.values())
    return {doses: weight / whole for doses, weight in weights.items()}
