"""After possible exposure: R10-R12, R15, R28, the reading A10, and the window (R13)."""

from datetime import timedelta

from eligibility.domain.decision import Pepv, Window
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    exposure_day,
    is_exposed,
    is_immunosuppressed,
)

PREVENTS_DISEASE_TO_DAY = 4
PREVENTS_SEVERE_DISEASE_TO_DAY = 14
# «små barn» (reading)
SMALL_CHILD_UNDER = 6


def r10_close_contact(facts: Facts) -> bool:
    """R10: «PEPV blir tilbudt etter en vurdering av lege basert på risiko for smitte»."""
    return is_exposed(facts)


def r11_likely_infection_day_0_to_4(facts: Facts) -> bool:
    """R11: «Personer som har høy sannsynlighet for smitte (f.eks. seksualkontakter og
    husstandsmedlemmer) kan vaksineres innen de første fire dagene etter mulig smitte».
    """
    day = exposure_day(facts)
    return day is not None and facts.likely_contact and day <= PREVENTS_DISEASE_TO_DAY


def has_high_risk_of_severe_disease(facts: Facts) -> bool:
    """Tell of «små barn, gravide og personer med immunsvikt»; small is under 6 (reading)."""
    return facts.age < SMALL_CHILD_UNDER or facts.said.pregnant or is_immunosuppressed(facts)


def r12_high_risk_day_0_to_14(facts: Facts) -> bool:
    """R12: «høy risiko for å utvikle alvorlig sykdom [...] kan få tilbud om vaksine til og med
    dag 14 etter å ha vært utsatt for smitte».
    """
    day = exposure_day(facts)
    return (
        day is not None
        and day <= PREVENTS_SEVERE_DISEASE_TO_DAY
        and has_high_risk_of_severe_disease(facts)
    )


def r15_exposed_health_worker(facts: Facts) -> bool:
    """R15: «Helsepersonell som er nærkontakter, kan som andre tilbys vaksine etter individuell
    vurdering».
    """
    return is_exposed(facts) and facts.health_worker


def r28_pregnant_and_exposed(facts: Facts) -> bool:
    """R28: «Gravide som har vært utsatt for smitte kan vaksineres etter en nøye vurdering av nytte
    og risiko».
    """
    return is_exposed(facts) and facts.said.pregnant


def a10_deadline_passed(facts: Facts) -> bool:
    """A10 (reading): day 5-14 without R12, or later: still review by R10, the deadline passed."""
    day = exposure_day(facts)
    return (
        day is not None and day > PREVENTS_DISEASE_TO_DAY and not r12_high_risk_day_0_to_14(facts)
    )


def pepv_of(facts: Facts) -> Pepv | None:
    """Return where an exposed person stands, or None for an unexposed one (R11, R12)."""
    day = exposure_day(facts)
    if facts.exposed_on is None or day is None:
        return None
    last_day = (
        PREVENTS_SEVERE_DISEASE_TO_DAY
        if has_high_risk_of_severe_disease(facts)
        else PREVENTS_DISEASE_TO_DAY
    )
    return Pepv(
        day=day, window=window_of(day), deadline=facts.exposed_on + timedelta(days=last_day)
    )


def window_of(day: int) -> Window:
    """Return the window of a day since the exposure, by the day alone (R13)."""
    if day <= PREVENTS_DISEASE_TO_DAY:
        return Window.DAY_0_TO_4
    if day <= PREVENTS_SEVERE_DISEASE_TO_DAY:
        return Window.DAY_5_TO_14
    return Window.PASSED
