"""What a versioned set of rules is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eligibility.domain.answers import Answers, DayAnswers, PreviousDose
from eligibility.domain.decision import Decision
from eligibility.domain.rules.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of the guideline: where it comes from, its first day, and how it decides.

    No decision is made by it before ``valid_from``. ``origins`` names every rule and reading, in
    the order in which they are explained. ``rescreen`` takes the kept decision, the day's answers,
    the counted doses and the day.
    """

    name: str
    source: str
    valid_from: date
    origins: tuple[Origin, ...]
    decide: Callable[[Answers], Decision]
    rescreen: Callable[[Decision, DayAnswers, tuple[PreviousDose, ...], date], Decision]
