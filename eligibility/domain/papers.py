"""What a nurse found about doses that a person told of (R40, R41)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from eligibility.domain.answers import PreviousDose


class Papers(StrEnum):
    """What shows that a dose was given."""

    SEEN = "seen"
    NONE = "none"
    # One of the doses that we gave and have recorded ourselves.
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class ToldDose:
    """A dose that the person told of; ``papers`` is None until a nurse has asked for them."""

    dose: PreviousDose
    papers: Papers | None = None

    @property
    def to_confirm(self) -> bool:
        """Whether the nurse asks: papers that were seen are not asked for again."""
        return self.papers in {None, Papers.NONE}

    def found(self, papers: Papers) -> "ToldDose":
        """Return the dose as the nurse found it: documented where papers were seen (R41, A8)."""
        return ToldDose(replace(self.dose, documented=papers is not Papers.NONE), papers)


def given_elsewhere(told: Iterable[ToldDose], ours: Iterable[PreviousDose]) -> list[PreviousDose]:
    """Return the told doses that are not among our own, counted or not.

    One told of for a day on which we gave one is that one.
    """
    days = {dose.given_on for dose in ours}
    return [
        one.dose for one in told if one.papers is not Papers.OURS and one.dose.given_on not in days
    ]
