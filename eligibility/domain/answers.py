"""What a person answers, in the words and with the defaults of the assessment contract."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Gender(StrEnum):
    """How the person describes their gender."""

    MAN = "man"
    TRANS = "trans"
    WOMAN = "woman"
    OTHER = "other"


class RiskBehaviour(StrEnum):
    """Self-reported; any one is enough (reading)."""

    FREQUENT_PARTNER_CHANGE = "frequent_partner_change"
    CASUAL_SEX = "casual_sex"
    GROUP_SEX = "group_sex"
    CHEMSEX = "chemsex"
    NEW_OR_MULTIPLE_PARTNERS = "new_or_multiple_partners"


class Sti(StrEnum):
    """Sexually transmitted infections that R3 asks about."""

    SYPHILIS = "syphilis"
    GONORRHOEA = "gonorrhoea"
    CHLAMYDIA = "chlamydia"


class Occupation(StrEnum):
    """Work that matters to R6, R7, R15 and R36."""

    NONE = "none"
    EXPOSED_HEALTH_WORKER = "exposed_health_worker"
    LIVE_VIRUS_LAB = "live_virus_lab"
    OTHER_HEALTH_WORKER = "other_health_worker"


class Contact(StrEnum):
    """The kind of contact with a confirmed case. Who it was is never asked (R14)."""

    SEXUAL = "sexual"
    HOUSEHOLD = "household"
    OTHER = "other"


class Immunosuppressed(StrEnum):
    """Asked apart from HIV, which never implies it (A7)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class SmallpoxEvidence(StrEnum):
    """What shows that the person had the old smallpox vaccine."""

    NONE = "none"
    SCAR = "scar"
    ORAL = "oral"
    WRITTEN = "written"


class Allergy(StrEnum):
    """Known allergies; all but OTHER stop the vaccine (R30)."""

    VACCINE_INGREDIENT = "vaccine_ingredient"
    CHICKEN_PROTEIN = "chicken_protein"
    BENZONASE = "benzonase"
    GENTAMICIN = "gentamicin"
    CIPROFLOXACIN = "ciprofloxacin"
    OTHER = "other"


class Indication(StrEnum):
    """Why the vaccine is given: before (PPV) or after possible exposure (PEPV)."""

    PPV = "ppv"
    PEPV = "pepv"


@dataclass(frozen=True, slots=True)
class Exposure:
    """The last close contact with a confirmed case; day 0 is its calendar day in Oslo (reading)."""

    exposed_on: date
    contact: Contact


@dataclass(frozen=True, slots=True)
class PreviousDose:
    """An mpox vaccine dose given before."""

    given_on: date
    indication: Indication
    abroad: bool
    documented: bool

    @property
    def counts(self) -> bool:
        """Whether the dose is counted: one abroad without documentation is not (A8)."""
        return self.documented or not self.abroad


class HealthAnswers(Protocol):
    """The health answers given both at home and at the visit."""

    @property
    def pregnant(self) -> bool: ...
    @property
    def breastfeeding(self) -> bool: ...
    @property
    def immunosuppressed(self) -> Immunosuppressed: ...
    @property
    def allergies(self) -> frozenset[Allergy]: ...
    @property
    def fever_over_38(self) -> bool: ...
    @property
    def mpox_symptoms(self) -> bool: ...
    @property
    def had_mpox(self) -> bool: ...
    @property
    def keloid_tendency(self) -> bool: ...
    @property
    def atopic_eczema(self) -> bool: ...
    @property
    def mpox_after_dose(self) -> bool: ...
    @property
    def local_reaction_persists(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A case of the assessment contract; field names and defaults are the contract's."""

    date_of_birth: date
    assessed_on: date
    gender: Gender = Gender.OTHER
    sex_with_men: bool = False
    sells_sex_to_men: bool = False
    hiv_positive: bool = False
    on_prep: bool = False
    risk_behaviours: frozenset[RiskBehaviour] = frozenset()
    sti_last_24_months: frozenset[Sti] = frozenset()
    occupation: Occupation = Occupation.NONE
    exposure: Exposure | None = None
    pregnant: bool = False
    breastfeeding: bool = False
    immunosuppressed: Immunosuppressed = Immunosuppressed.NO
    smallpox_evidence: SmallpoxEvidence = SmallpoxEvidence.NONE
    allergies: frozenset[Allergy] = frozenset()
    fever_over_38: bool = False
    mpox_symptoms: bool = False
    had_mpox: bool = False
    keloid_tendency: bool = False
    atopic_eczema: bool = False
    previous_doses: tuple[PreviousDose, ...] = ()
    mpox_after_dose: bool = False
    local_reaction_persists: bool = False
    continuing_risk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswers:
    """What is asked again at the visit. No field has a default: no safety answer is pre-filled.

    The date of birth is not asked but read from the ID that is checked (R37).
    """

    date_of_birth: date
    pregnant: bool
    breastfeeding: bool
    immunosuppressed: Immunosuppressed
    allergies: frozenset[Allergy]
    fever_over_38: bool
    mpox_symptoms: bool
    had_mpox: bool
    keloid_tendency: bool
    atopic_eczema: bool
    mpox_after_dose: bool
    local_reaction_persists: bool


def age_on(born: date, on: date) -> int:
    """Return the age in whole years; a 29 February birthday falls on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
