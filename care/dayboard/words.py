"""The words of outcomes, reasons, flags and refusals on staff pages, which may name the disease."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from care.services.vaccination import NotRescreenedError, PlanChangedError
from eligibility.domain.decision import Flag, Outcome
from vaccinations.domain.limits import Limit
from vaccinations.services.doses import (
    DoseAlreadyGivenError,
    LotBlockedError,
    NoStandingOrderError,
    OutsideLimitsError,
)
from vaccinations.services.vials import LotNotUsableError, NoInUseWindowError, VialClosedError

Words = str | Promise


@dataclass(frozen=True)
class OutcomeWords:
    """What today's answers mean, and what to do about it."""

    title: Words
    next_step: Words


OUTCOMES: dict[str, OutcomeWords] = {
    Outcome.CLINICIAN_REVIEW: OutcomeWords(
        _("En lege må avgjøre"),
        _(
            "Ikke gi vaksinen nå. Vis svarene til legen dere samarbeider med. Kan det ikke "
            "avgjøres mens personen er her, avslutter du besøket uten vaksine."
        ),
    ),
    Outcome.DEFER: OutcomeWords(
        _("Vent med vaksinen"),
        _("Ikke gi vaksinen i dag. Personen kan komme tilbake når dette har gått over."),
    ),
    Outcome.CONTRAINDICATED: OutcomeWords(
        _("Skal ikke ha vaksinen"),
        _("Ikke gi vaksinen. Forklar hvorfor, og vis videre til fastlegen ved spørsmål."),
    ),
    Outcome.SEEK_CARE: OutcomeWords(
        _("Skal ikke vaksineres: symptomer på mpox"),
        _(
            "Be personen unngå nærkontakt med andre, kontakte lege og teste seg. Ring legen for "
            "personen hvis det trengs."
        ),
    ),
    Outcome.NOT_NEEDED: OutcomeWords(
        _("Trenger ikke vaksinen"),
        _("Ikke gi vaksinen. Forklar hvorfor, og vis videre til fastlegen ved spørsmål."),
    ),
    Outcome.NOT_OFFERED: OutcomeWords(
        _("Er ikke i en gruppe som får tilbud"),
        _("Ikke gi vaksinen. Forklar hvorfor, og vis videre til fastlegen ved spørsmål."),
    ),
}

TOO_EARLY = OutcomeWords(
    _("For tidlig for neste dose"),
    _("Ikke gi vaksinen i dag. Avslutt besøket uten vaksine."),
)

# Why, for the rules that stop a dose or call for a doctor. The others explain themselves.
REASONS: dict[str, Words] = {
    "R12": _("Utsatt for smitte, og gravid, med immunsvikt eller under 6 år"),
    "R10": _("Nærkontakt med en som er syk"),
    "R15": _("Helsepersonell som er utsatt for smitte"),
    "R20": _("Fikk påvist mpox etter første dose"),
    "R26": _("Under 18 år"),
    "R28": _("Gravid og utsatt for smitte"),
    "R30": _("Allergi mot noe i vaksinen"),
    "R31": _("Feber over 38 °C"),
    "R32": _("Symptomer på mpox"),
    "R33": _("Har hatt mpox"),
    "R34": _("Kraftig reaksjon på armen som ikke har gått over"),
    "A1": _("Gravid"),
    "A2": _("Koppevaksinert, og usikker på immunsvikt"),
    "A3": _("Født i 1976 eller senere, men oppgir koppevaksine"),
    "A5": _("Under 18 år"),
    "A6": _("Annen allergi"),
    "A8": _("Dose i utlandet uten dokumentasjon"),
    "A9": _("Første dose var etter smitte, i utlandet"),
    "A12": _("Første dose var etter smitte, og risikoen er ikke lenger den samme"),
    "COMPLETE": _("Har fått dosene som trengs"),
}

FLAGS: dict[str, Words] = {
    Flag.ATOPIC_ECZEMA: _("Atopisk eksem"),
    Flag.BREASTFEEDING: _("Ammer"),
    Flag.IMMUNOSUPPRESSED: _("Immunsvikt"),
    Flag.KELOID_TENDENCY: _("Kraftig arrdannelse (keloid)"),
    Flag.OTHER_ALLERGY: _("Annen allergi"),
    Flag.PREGNANT: _("Gravid"),
}

LIMITS: dict[str, Words] = {
    Limit.WINDOW: _(
        "Brukstiden for hetteglasset er ute. Velg et annet glass, eller åpne et nytt. Kast dette."
    ),
    Limit.LOT_EXPIRED: _("Loten har gått ut på dato. Velg et glass fra en annen lot."),
    Limit.NOT_ENOUGH_LEFT: _(
        "Det er ikke nok igjen i hetteglasset. Velg et annet glass, eller åpne et nytt."
    ),
    Limit.INTERVAL: _(
        "Det er for kort tid siden forrige dose. Det må gå minst 28 dager. Avslutt besøket uten "
        "vaksine, og finn en senere time."
    ),
    Limit.ROUTE: _("Dosen skal gis på en annen måte. Les planen på nytt."),
    Limit.VOLUME: _("Dosen skal ha et annet volum. Les planen på nytt."),
}

REFUSALS: dict[type[Exception], Words] = {
    VialClosedError: _(
        "Hetteglasset er lukket. Kanskje tok en kollega den siste dosen. Velg et annet glass."
    ),
    LotBlockedError: _(
        "Loten er stoppet. Ikke bruk hetteglasset. Velg et glass fra en annen lot, og meld fra til "
        "den som har ansvaret i dag."
    ),
    NoStandingOrderError: _(
        "Ingen ordinasjon fra lege gjelder her i dag, så dosen kan ikke gis. En lege på stedet må "
        "signere en."
    ),
    DoseAlreadyGivenError: _(
        "Dosen er registrert på denne personen fra før. Ikke gi den en gang til. Meld fra til den "
        "som har ansvaret i dag."
    ),
    NotRescreenedError: _("Spørsmålene må stilles på nytt før dosen kan gis."),
    PlanChangedError: _(
        "En kollega har stilt spørsmålene på nytt. Les planen nedenfor før du setter dosen."
    ),
    NotTodayError: _("Timen er ikke i dag. Oppmøte kan bare registreres på selve dagen."),
    LotNotUsableError: _(
        "Loten kan ikke brukes lenger: den er tom, utløpt eller stoppet, eller ingen glass er "
        "tint. Velg en annen."
    ),
    NoInUseWindowError: _(
        "Ingen har bestemt hvor lenge et åpnet glass kan brukes her. Legen med ansvar for stedet "
        "må gjøre det før noen kan åpne et glass."
    ),
    MoveNotAllowedError: _("Dette er endret av en kollega. Se hva som gjelder nå."),
}

_MEANWHILE: dict[str, Words] = {
    Status.BOOKED: _("Oppmøtet er angret. Registrer oppmøte på nytt hvis personen er her."),
    Status.VACCINATED: _("Dosen er registrert allerede. Se hva som ble gitt."),
    Status.TURNED_AWAY: _("En kollega har avsluttet besøket uten vaksine."),
}


def refusal(error: Exception) -> list[Words]:
    """Say in plain words why something was refused and what to do; the most urgent first."""
    if isinstance(error, OutsideLimitsError):
        return [LIMITS[limit] for limit in error.limits]
    if isinstance(error, ChangedMeanwhileError):
        return [_MEANWHILE.get(error.now_status, REFUSALS[MoveNotAllowedError])]
    return [REFUSALS[type(error)]]


def reasons_in_words(reasons: Iterable[str]) -> list[Words]:
    """Say which rules stopped a dose or called for a doctor, each once."""
    return list(dict.fromkeys(REASONS[reason] for reason in reasons if reason in REASONS))
