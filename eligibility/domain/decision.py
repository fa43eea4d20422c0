"""What a rule set decides, in the words of the assessment contract."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from eligibility.domain.answers import Indication

# Sexual behaviour, HIV, PrEP and STI stand behind these; they are never stored.
NOT_KEPT = frozenset({"R1", "R2", "R3", "R4"})


class Outcome(StrEnum):
    """What happens next. Every outcome but ELIGIBLE offers a person to talk to (A13)."""

    ELIGIBLE = "eligible"
    CLINICIAN_REVIEW = "clinician_review"
    DEFER = "defer"
    CONTRAINDICATED = "contraindicated"
    SEEK_CARE = "seek_care"
    NOT_NEEDED = "not_needed"
    NOT_OFFERED = "not_offered"


class Setting(StrEnum):
    """Which part of the health service vaccinates (R9)."""

    SPECIALIST = "specialist"
    MUNICIPAL = "municipal"


class Route(StrEnum):
    """How the dose is given."""

    INTRADERMAL = "intradermal"
    SUBCUTANEOUS = "subcutaneous"


class Window(StrEnum):
    """How long ago the exposure was, in days."""

    DAY_0_TO_4 = "0-4"
    DAY_5_TO_14 = "5-14"
    PASSED = "passed"


class Flag(StrEnum):
    """What the nurse must see before the dose."""

    ATOPIC_ECZEMA = "atopic_eczema"
    BREASTFEEDING = "breastfeeding"
    IMMUNOSUPPRESSED = "immunosuppressed"
    KELOID_TENDENCY = "keloid_tendency"
    OTHER_ALLERGY = "other_allergy"
    PREGNANT = "pregnant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The doses to give: how many, how, and the earliest day of the next one."""

    doses: int
    route: Route
    volume_ml: Decimal
    next_dose: int
    min_interval_days: int
    earliest_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pepv:
    """Where an exposed person stands: days since the exposure, and the last day to vaccinate."""

    day: int
    window: Window
    deadline: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. It names the rule set that made it and never changes.

    `reasons`, `advice` and `flags` are sorted. `assessed_on` is not part of the contract's output.
    """

    guideline: str
    assessed_on: date
    outcome: Outcome
    indication: Indication | None
    priority_group: int | None
    setting: Setting | None
    course: Course | None
    pepv: Pepv | None
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    flags: tuple[Flag, ...]


def to_keep(decision: Decision) -> Decision:
    """Return the decision as it may be stored: without R1-R4 in its reasons."""
    return replace(
        decision, reasons=tuple(reason for reason in decision.reasons if reason not in NOT_KEPT)
    )
