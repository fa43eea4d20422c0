"""The words of outcomes, reasons, flags and refusals on staff pages, which may name the disease."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.day import DayEndedError, NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from appointments.services.walk_ins import NoSpareDoseError
from care.services.off_plan import NoReasonForRouteError, RouteStoppedError
from care.services.postponing import NotPostponedError
from care.services.recording import NotAVaccinatorError
from care.services.vaccination import (
    EarlierDoseVoidedError,
    NotRescreenedError,
    PlanChangedError,
)
from care.services.visit_review import NotApprovedError, NothingToAskError
from care.services.voiding import NotYoursToVoidError
from eligibility.domain.decision import Flag, Outcome
from eligibility.services.cases import CaseChangedError
from eligibility.services.rescreening import PapersNotAskedForError
from vaccinations.domain.limits import Limit
from vaccinations.domain.off_plan import RouteStop
from vaccinations.domain.opening import LotStop
from vaccinations.services.doses import (
    DoseAlreadyGivenError,
    LotBlockedError,
    NoStandingOrderError,
    OutsideLimitsError,
)
from vaccinations.services.recording import (
    ImpossibleVolumeError,
    NotYetGivenError,
    VialSpentError,
    VialUnknownError,
)
from vaccinations.services.vials import LotNotUsableError, NoInUseWindowError, VialClosedError
from vaccinations.services.voiding import AlreadyVoidedError

Words = str | Promise


@dataclass(frozen=True)
class OutcomeWords:
    """What today's answers mean, what to do about it, and what to tell the person."""

    title: Words
    next_step: Words
    say: Words = ""


OUTCOMES: dict[str, OutcomeWords] = {
    Outcome.CLINICIAN_REVIEW: OutcomeWords(
        _("En lege må avgjøre"),
        _(
            "Ikke gi vaksinen nå. Spør legen. Kan det ikke avgjøres mens personen er her, "
            "avslutter du besøket, og legen avgjør etterpå."
        ),
        _("«En lege ser på svarene dine først. Du kan vente her så lenge.»"),
    ),
    Outcome.DEFER: OutcomeWords(
        _("Vent med vaksinen"),
        _("Ikke gi vaksinen i dag. Finn en ny time nå, eller sett personen på ringelisten."),
        _(
            "«Du kan få vaksinen når dette har gått over. Er du ikke frisk til den nye timen, ring "
            "oss noen dager før, så flytter vi den.»"
        ),
    ),
    Outcome.CONTRAINDICATED: OutcomeWords(
        _("Skal ikke ha vaksinen"),
        _("Ikke gi vaksinen. Forklar hvorfor, og avslutt besøket."),
        _(
            "«Du er allergisk mot noe som finnes i vaksinen, og da kan den skade deg. Snakk med "
            "fastlegen din om det. Kondom, færre partnere og testing beskytter deg også.»"
        ),
    ),
    Outcome.SEEK_CARE: OutcomeWords(
        _("Skal ikke vaksineres: symptomer på mpox"),
        _(
            "Be personen unngå nærkontakt med andre, kontakte lege og teste seg. Ring legen for "
            "personen hvis det trengs, og avslutt besøket."
        ),
        _(
            "«Du har symptomer som kan være mpox. Unngå nærkontakt med andre, også sex. Ring legen "
            "din, eller legevakten på 116 117, og si hva det gjelder før du kommer, så du kan bli "
            "undersøkt og testet.»"
        ),
    ),
    Outcome.NOT_NEEDED: OutcomeWords(
        _("Trenger ikke vaksinen"),
        _("Ikke gi vaksinen. Forklar hvorfor, og avslutt besøket."),
        _(
            "«Du trenger ikke denne dosen. Får du symptomer på mpox, unngå nærkontakt med andre og "
            "ring legen din.»"
        ),
    ),
    Outcome.NOT_OFFERED: OutcomeWords(
        _("Er ikke i en gruppe som får tilbud"),
        _("Ikke gi vaksinen. Forklar hvorfor, og avslutt besøket."),
        _("«Tilbudet gjelder dem som har størst risiko. Det kan endre seg. Spør oss når du vil.»"),
    ),
}

TOO_EARLY = OutcomeWords(
    _("For tidlig for neste dose"),
    _("Ikke gi vaksinen i dag. Finn en ny time nå, eller sett personen på ringelisten."),
    _(
        "«Det må gå noen uker mellom dosene, så den neste virker. Det gjør ikke noe at den "
        "blir sen.»"
    ),
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

# Why no dose may be started in the skin, and whom to ask.
ROUTE_STOPS: dict[str, Words] = {
    RouteStop.UNDER_18: _(
        "Personen er under 18 år, så dosen settes bare under huden, 0,5 ml. Spør legen hvis du er "
        "i tvil."
    ),
    RouteStop.EXPOSED: _(
        "Dosen gis fordi personen har vært utsatt for smitte, og da settes den bare under huden, "
        "0,5 ml. Spør legen hvis du er i tvil."
    ),
    RouteStop.KELOIDS: _(
        "Personen får lett kraftige arr, så dosen settes bare under huden, 0,5 ml. Spør legen "
        "hvis du er i tvil."
    ),
    RouteStop.ORDERED: _(
        "En lege har bestemt at dosen settes under huden, 0,5 ml. Spør legen hvis du er i tvil."
    ),
}

# Why no vial of a lot may be opened, and what to do with the one in hand.
LOT_STOPS: dict[str, Words] = {
    LotStop.UNKNOWN: _(
        "Vi har ingen lot med dette nummeret. Sjekk at nummeret er riktig. Er det det, legger du "
        "glasset til side og melder fra til den som har ansvaret i dag: det er ikke tatt inn her."
    ),
    LotStop.OTHER_PRODUCT: _(
        "Loten er av en annen vaksine enn den som gis i dag. Legg glasset tilbake, og velg et "
        "annet."
    ),
    LotStop.RECALLED: _(
        "Loten er tilbakekalt. Ikke bruk glasset. Legg det til side, og meld fra til den som har "
        "ansvaret i dag."
    ),
    LotStop.QUARANTINED: _(
        "Loten er i karantene. Ikke bruk glasset før en behandler har frigitt loten. Velg en annen."
    ),
    LotStop.EXPIRED: _(
        "Loten har gått ut på dato. Ikke bruk glasset. Legg det til side, og velg en annen lot."
    ),
    LotStop.EXPIRY_DIFFERS: _(
        "Koden på glasset har en annen utløpsdato enn lageret. Legg glasset til side, og meld fra "
        "til den som har ansvaret i dag. Velg en annen lot så lenge."
    ),
    LotStop.EMPTY: _(
        "Lageret sier at det ikke er flere uåpnede glass av loten. Har du et i hånden, må lageret "
        "telles: meld fra til den som har ansvaret i dag. Velg en annen lot så lenge."
    ),
    LotStop.THAWED_TOO_LONG: _(
        "Fristen for de tinte glassene av loten er ute. Ikke bruk dem. Velg en annen lot, og meld "
        "fra så de blir avskrevet."
    ),
    LotStop.NOT_THAWED: _(
        "Ingen glass av loten er registrert tint. Er glasset tint, må tiningen registreres på "
        "lageret først. Velg en annen lot så lenge."
    ),
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
    NotYetGivenError: _("Tiden er ikke kommet ennå. Skriv når dosen ble gitt."),
    ImpossibleVolumeError: _("Et hetteglass har 0,5 ml. Skriv hvor mye som ble gitt."),
    VialUnknownError: _("Glasset finnes ikke her. Velg glasset som dosen kom fra."),
    VialSpentError: _(
        "Alt i glasset er ført på andre doser. Velg et annet glass, eller rett den dosen som er "
        "ført på feil glass."
    ),
    NotAVaccinatorError: _("Personen arbeidet ikke her den dagen. Velg hvem som satte dosen."),
    AlreadyVoidedError: _("Registreringen er annullert allerede. Se hva som gjelder nå."),
    NotYoursToVoidError: _(
        "Du kan rette og annullere det du selv har registrert i dag. Be lederen eller legen om "
        "å gjøre det."
    ),
    NothingToAskError: _("Svarene trenger ikke en lege lenger. Se hva som gjelder nå."),
    NotApprovedError: _("Legen har ikke godkjent dette ennå. Se hva som gjelder nå."),
    CaseChangedError: _("Legen har nettopp gjort noe med saken. Se hva som gjelder nå."),
    NotPostponedError: _("Svarene sier ikke lenger «vent». Se hva som gjelder nå."),
    PapersNotAskedForError: _(
        "Personen har fortalt om en dose fra før. Spør hva som viser at den er gitt."
    ),
    AlreadyBookedError: _("Personen har fått time allerede. Se hva som gjelder nå."),
    SlotUnavailableError: _("Tiden er ikke ledig lenger. Velg en annen."),
    TooEarlyError: _("Tiden er for tidlig for dosen. Velg en senere."),
    NoReasonForRouteError: _("Skriv hvorfor dosen gis på en annen måte enn planlagt."),
    NotRescreenedError: _("Spørsmålene må stilles på nytt før dosen kan gis."),
    PlanChangedError: _(
        "En kollega har stilt spørsmålene på nytt. Les planen nedenfor før du setter dosen."
    ),
    EarlierDoseVoidedError: _(
        "En tidligere dose er annullert etter at spørsmålene ble stilt. Still dem på nytt, så ser "
        "du hva som gjelder nå."
    ),
    NoSpareDoseError: _("Den siste dosen til overs er nettopp gitt bort. Tilby en time i stedet."),
    DayEndedError: _(
        "Dagen er avsluttet. Skal noen tas imot likevel, må en administrator gjenåpne den."
    ),
    NotTodayError: _("Timen er ikke i dag. Oppmøte kan bare registreres på selve dagen."),
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
    Status.LEFT: _("En kollega har notert at personen gikk før vaksinen."),
    Status.DECLINED: _("En kollega har notert at personen ikke vil ha vaksinen."),
    Status.NO_SHOW: _("En kollega har notert at personen ikke møtte."),
    Status.ARRIVED: _("Personen er registrert som møtt. Se hva som gjelder nå."),
}


def refusal(error: Exception) -> list[Words]:
    """Say in plain words why something was refused and what to do; the most urgent first."""
    if isinstance(error, OutsideLimitsError):
        return [LIMITS[limit] for limit in error.limits]
    if isinstance(error, RouteStoppedError):
        return [ROUTE_STOPS[error.stop]]
    if isinstance(error, LotNotUsableError):
        return [LOT_STOPS[error.stop]]
    if isinstance(error, ChangedMeanwhileError):
        return [_MEANWHILE.get(error.now_status, REFUSALS[MoveNotAllowedError])]
    return [REFUSALS[type(error)]]


def reasons_in_words(reasons: Iterable[str]) -> list[Words]:
    """Say which rules stopped a dose or called for a doctor, each once."""
    return list(dict.fromkeys(REASONS[reason] for reason in reasons if reason in REASONS))
