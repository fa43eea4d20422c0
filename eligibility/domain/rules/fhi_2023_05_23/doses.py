"""How many doses, which way and how much: R16-R27, COMPLETE, and the course that follows."""

from datetime import timedelta
from decimal import Decimal

from eligibility.domain.answers import Indication
from eligibility.domain.decision import Course, Route
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    has_only_dose_for,
    is_complete,
    is_exposed,
    is_immunosuppressed,
    is_one_dose_person,
    ppv_number,
)

# A11: calendar days, hard; only a clinician overrides.
MIN_INTERVAL_DAYS = 28
VOLUME_ML = {Route.INTRADERMAL: Decimal("0.1"), Route.SUBCUTANEOUS: Decimal("0.5")}
ADULT_FROM = 18


def r16_ppv_without_smallpox_vaccine(facts: Facts) -> bool:
    """R16: «Personer som tidligere ikke har fått koppevaksine: [...] To doser intradermalt med
    28 dagers mellomrom».
    """
    return facts.indication is Indication.PPV and not facts.smallpox_vaccinated


def r18_ppv_smallpox_vaccinated(facts: Facts) -> bool:
    """R18: «Personer som tidligere er vaksinert med koppevaksine (født før 1976 og som har
    muntlig/skriftlig dokumentasjon på vaksinasjon eller arr etter vaksinasjon): [...] Én dose».
    """
    return facts.indication is Indication.PPV and facts.smallpox_vaccinated


def r19_smallpox_vaccinated_and_immunosuppressed(facts: Facts) -> bool:
    """R19: «Personer med immunsvikt bør få to doser»."""
    return r18_ppv_smallpox_vaccinated(facts) and is_immunosuppressed(facts)


def r20_mpox_after_dose(facts: Facts) -> bool:
    """R20: «Personer som får påvist mpox etter første dose, skal ikke ha andre dose»."""
    return facts.said.mpox_after_dose


def r21_pepv_full_dose_under_the_skin(facts: Facts) -> bool:
    """R21: «Ved posteksponeringsvaksinasjon benyttes full dose vaksine (0,5 ml)»."""
    return facts.indication is Indication.PEPV


def r22_pepv_dose_2(facts: Facts) -> bool:
    """R22: «Personer som har vedvarende risiko for smitte og som fortsatt er symptomfrie etter
    28 dager, får tilbud om en andre dose».

    Before day 28 it holds as well: `earliest_on` carries the waiting.
    """
    return (
        not is_exposed(facts)
        and has_only_dose_for(facts, Indication.PEPV)
        and facts.continuing_risk
        and not facts.said.mpox_symptoms
    )


def r23_pepv_one_dose_is_enough(facts: Facts) -> bool:
    """R23: «Personer som tidligere er koppevaksinert trenger ikke andre dose, med mindre de har
    immunsvikt».
    """
    return is_one_dose_person(facts) and (
        is_exposed(facts) or has_only_dose_for(facts, Indication.PEPV)
    )


def r25_keloid_tendency(facts: Facts) -> bool:
    """R25: «Personer som har tendens til overdreven arrdannelse (keloid) bør ikke vaksineres i
    huden (intrakutant)».
    """
    return facts.said.keloid_tendency


def r26_minor(facts: Facts) -> bool:
    """R26: «Barn bør bare vaksineres dersom de har vært utsatt for smitte og etter individuell
    vurdering av behandlende lege i samråd med FHI».
    """
    return facts.age < ADULT_FROM


def r27_minor_under_the_skin(facts: Facts) -> bool:
    """R27: «Vaksinen skal kun gis i underhudsvevet (0,5 ml subkutant) til personer under 18 år»."""
    return facts.age < ADULT_FROM


def complete(facts: Facts) -> bool:
    """COMPLETE: the counted doses reach the PPV number, whatever their indication."""
    return is_complete(facts)


def course_of(facts: Facts) -> Course | None:
    """Return the course to give or, for a review, to suggest (R16, R18, R19, R21-R23, R25, R27).

    None for an exposed person who is COMPLETE already.
    """
    given = facts.doses
    if is_exposed(facts) and is_complete(facts):
        return None
    next_dose = min(len(given) + 1, 2)
    earliest_on = facts.on
    if given:
        last = max(dose.given_on for dose in given)
        earliest_on = max(facts.on, last + timedelta(days=MIN_INTERVAL_DAYS))
    route = _route(facts)
    return Course(
        doses=_number_of_doses(facts),
        route=route,
        volume_ml=VOLUME_ML[route],
        next_dose=next_dose,
        min_interval_days=MIN_INTERVAL_DAYS,
        earliest_on=earliest_on,
    )


def _number_of_doses(facts: Facts) -> int:
    if facts.indication is not Indication.PEPV:
        return ppv_number(facts)
    if is_exposed(facts) and facts.doses:
        return 2
    return 2 if facts.continuing_risk and not is_one_dose_person(facts) else 1


def _route(facts: Facts) -> Route:
    under_the_skin = (
        r21_pepv_full_dose_under_the_skin(facts)
        or r25_keloid_tendency(facts)
        or r27_minor_under_the_skin(facts)
    )
    return Route.SUBCUTANEOUS if under_the_skin else Route.INTRADERMAL
