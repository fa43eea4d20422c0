"""What a versioned set of rules is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eligibility.domain.answers import Answers, DayAnswers, PreviousDose
from eligibility.domain.decision import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of the guideline: where it comes from, from when it holds, and how it decides.

    `rescreen` takes the kept decision, the day's answers, the counted doses and the day.
    """

    name: str
    source: str
    valid_from: date
    decide: Callable[[Answers], Decision]
    rescreen: Callable[[Decision, DayAnswers, tuple[PreviousDose, ...], date], Decision]
