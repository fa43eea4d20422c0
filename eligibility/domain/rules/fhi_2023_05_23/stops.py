"""Stops and cautions, asked at home and again at the visit: R30-R34, and the flags."""

from eligibility.domain.answers import Allergy
from eligibility.domain.decision import Flag
from eligibility.domain.rules.fhi_2023_05_23.facts import Facts, is_immunosuppressed

STOPPING_ALLERGIES = frozenset(Allergy) - {Allergy.OTHER}


def r30_allergy(facts: Facts) -> bool:
    """R30: «Kjent allergi mot innholdsstoffer i vaksinen. Vaksinen inneholder spormengder av
    kyllingprotein, benzonase, gentamicin og ciprofloksacin».
    """
    return not facts.said.allergies.isdisjoint(STOPPING_ALLERGIES)


def r31_fever(facts: Facts) -> bool:
    """R31: «Infeksjonssykdom med feber over 38 °C». We say "postpone" (reading)."""
    return facts.said.fever_over_38


def r32_symptoms(facts: Facts) -> bool:
    """R32: «Personer med symptomer på mpox skal ikke vaksineres»."""
    return facts.said.mpox_symptoms


def r33_had_mpox(facts: Facts) -> bool:
    """R33: «Det er ikke behov for vaksinasjon etter tidligere gjennomgått infeksjon med mpox»."""
    return facts.said.had_mpox


def r34_local_reaction_persists(facts: Facts) -> bool:
    """R34: «kraftig lokalreaksjon på første dose [...] anbefales det at andre dose utsettes inntil
    lokalreaksjonen har gått tilbake».
    """
    return bool(facts.doses) and facts.said.local_reaction_persists


def flags_of(facts: Facts) -> tuple[Flag, ...]:
    """Return, sorted, what the nurse must see before the dose."""
    holds = {
        Flag.ATOPIC_ECZEMA: facts.said.atopic_eczema,
        Flag.BREASTFEEDING: facts.said.breastfeeding,
        Flag.IMMUNOSUPPRESSED: is_immunosuppressed(facts),
        Flag.KELOID_TENDENCY: facts.said.keloid_tendency,
        Flag.OTHER_ALLERGY: Allergy.OTHER in facts.said.allergies,
        Flag.PREGNANT: facts.said.pregnant,
    }
    return tuple(sorted(flag for flag, held in holds.items() if held))
