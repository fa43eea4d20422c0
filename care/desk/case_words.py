"""What people sent to a clinician, outcomes and refusals, in words for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.services.booking import AlreadyBookedError, DoseGivenError, TooEarlyError
from appointments.services.seats import SlotUnavailableError
from care.dayboard.forms import ALLERGIES
from clinics.templatetags.oslo_time import numeric_day
from eligibility.domain.cases import CaseMoveNotAllowedError
from eligibility.domain.decision import Outcome, Route
from eligibility.services.cases import (
    CaseChangedError,
    CourseNotAllowedError,
    IntervalOutOfRangeError,
    NothingToApproveError,
    NotYourCaseError,
    SameClinicError,
)
from vaccinations.services.signing import NoHprNumberError, NotAClinicianError

Words = str | Promise

OUTCOMES: dict[str, Words] = {
    Outcome.ELIGIBLE: _("Får tilbud"),
    Outcome.CLINICIAN_REVIEW: _("En behandler må avgjøre"),
    Outcome.DEFER: _("Må vente"),
    Outcome.CONTRAINDICATED: _("Skal ikke ha vaksinen"),
    Outcome.SEEK_CARE: _("Symptomer: må til lege"),
    Outcome.NOT_NEEDED: _("Trenger ikke vaksinen"),
    Outcome.NOT_OFFERED: _("Er ikke i en gruppe som får tilbud"),
}
ROUTES: dict[str, Words] = {
    Route.INTRADERMAL: _("i huden, 0,1 ml"),
    Route.SUBCUTANEOUS: _("under huden, 0,5 ml"),
}
_INDICATIONS: dict[str, Words] = {
    "ppv": _("før smitte"),
    "pepv": _("etter smitte"),
}
# The contract's keys, in the order in which a clinician reads them.
_SENT: dict[str, Words] = {
    "date_of_birth": _("Født"),
    "assessed_on": _("Svarte"),
    "exposure": _("Utsatt for smitte"),
    "mpox_symptoms": _("Symptomer på mpox"),
    "fever_over_38": _("Feber over 38 °C"),
    "allergies": _("Allergi"),
    "pregnant": _("Gravid"),
    "breastfeeding": _("Ammer"),
    "immunosuppressed": _("Immunsvikt"),
    "had_mpox": _("Har hatt mpox"),
    "smallpox_evidence": _("Koppevaksine"),
    "previous_doses": _("Tidligere doser"),
    "mpox_after_dose": _("Mpox etter en dose"),
    "local_reaction_persists": _("Reaksjon som varer etter en dose"),
    "continuing_risk": _("Fortsatt risiko framover"),
    "keloid_tendency": _("Lett for kraftige arr (keloid)"),
    "atopic_eczema": _("Atopisk eksem"),
    "occupation": _("Arbeid"),
    "gender": _("Kjønn"),
    "sex_with_men": _("Sex med menn"),
    "sells_sex_to_men": _("Selger sex til menn"),
    "hiv_positive": _("Hiv"),
    "on_prep": _("PrEP mot hiv"),
    "risk_behaviours": _("Risiko"),
    "sti_last_24_months": _("Infeksjon siste to år"),
}
_CHOICES: dict[str, dict[str, Words]] = {
    "allergies": dict(ALLERGIES),
    "immunosuppressed": {"yes": _("Ja"), "no": _("Nei"), "unsure": _("Usikker")},
    "smallpox_evidence": {
        "none": _("ingen tegn på det"),
        "scar": _("har arr"),
        "oral": _("forteller det selv"),
        "written": _("har det skriftlig"),
    },
    "occupation": {
        "none": _("ikke noe av dette"),
        "exposed_health_worker": _("helsearbeider som er særlig utsatt"),
        "live_virus_lab": _("laboratorium med levende virus"),
        "other_health_worker": _("annen helsearbeider"),
    },
    "gender": {
        "man": _("mann"),
        "trans": _("transperson"),
        "woman": _("kvinne"),
        "other": _("annet"),
    },
    "risk_behaviours": {
        "frequent_partner_change": _("bytter ofte partner"),
        "casual_sex": _("tilfeldig sex"),
        "group_sex": _("gruppesex"),
        "chemsex": _("chemsex"),
        "new_or_multiple_partners": _("nye eller flere partnere"),
    },
    "sti_last_24_months": {
        "syphilis": _("syfilis"),
        "gonorrhoea": _("gonoré"),
        "chlamydia": _("klamydia"),
    },
}
_CONTACTS: dict[str, Words] = {
    "sexual": _("seksuell kontakt"),
    "household": _("samme husstand"),
    "other": _("annen kontakt"),
}

_BY_A_COLLEAGUE = _("Dette er endret av en kollega, eller i et annet vindu. Se hva som gjelder nå.")
REFUSALS: dict[type[Exception], Words] = {
    CaseChangedError: _BY_A_COLLEAGUE,
    CaseMoveNotAllowedError: _BY_A_COLLEAGUE,
    NotYourCaseError: _("Du har ikke denne saken. Ta den først. Har en kollega den, overtar du."),
    NothingToApproveError: _(
        "Saken kan ikke godkjennes: noe stopper vaksinen, eller dosene er gitt. Gi et annet svar."
    ),
    CourseNotAllowedError: _("Reglene krever en annen måte eller et annet antall. Velg på nytt."),
    IntervalOutOfRangeError: _("Tiden mellom dosene må være 7 til 365 dager, med to doser."),
    SameClinicError: _("Saken er allerede på dette stedet. Velg et annet."),
    NotAClinicianError: _("Bare behandlere på stedet kan ta og avgjøre saker."),
    NoHprNumberError: _(
        "Du mangler HPR-nummer på brukeren din, og kan ikke signere. Be den som styrer tilgangen "
        "hos dere, om å legge det inn."
    ),
    SlotUnavailableError: _(
        "Tiden er ikke ledig lenger, eller det er ikke vaksine nok til den. Ingenting er lagret. "
        "Velg en annen tid."
    ),
    TooEarlyError: _("Tiden er for tidlig for dosen. Ingenting er lagret. Velg en senere tid."),
    AlreadyBookedError: _(
        "Personen har en time til denne dosen. Ingenting er lagret. Velg «Ikke bestill nå»."
    ),
    DoseGivenError: _("Personen har fått denne dosen. Ingenting er lagret."),
}


@dataclass(frozen=True)
class Line:
    """An answer: what was asked in a few words, and what was said."""

    label: Words
    value: str


def sent_in_words(sent: Mapping[str, Any] | None) -> list[Line]:
    """Say what a person chose to send; a key that is not known is left out."""
    given = sent or {}
    return [Line(label, _value(key, given[key])) for key, label in _SENT.items() if key in given]


def dose_in_words(dose: Mapping[str, Any]) -> str:
    """Say what a person told of an earlier dose."""
    words = [
        numeric_day(date.fromisoformat(dose["given_on"])),
        str(_INDICATIONS.get(dose["indication"], "")),
        gettext("i utlandet") if dose["abroad"] else gettext("i Norge"),
        gettext("dokumentert") if dose["documented"] else gettext("ikke dokumentert"),
    ]
    return ", ".join(word for word in words if word)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Ja") if value else gettext("Nei")
    if key == "previous_doses":
        return "\n".join(map(dose_in_words, value)) or gettext("Nei")
    if key == "exposure":
        return _exposure(value)
    if isinstance(value, list):
        return ", ".join(_choice(key, one) for one in value) or gettext("Nei")
    return _choice(key, str(value))


def _exposure(value: Mapping[str, Any] | None) -> str:
    if value is None:
        return gettext("Nei")
    day = numeric_day(date.fromisoformat(value["exposed_on"]))
    return f"{day}, {_CONTACTS.get(value['contact'], value['contact'])}"


def _choice(key: str, value: str) -> str:
    known = _CHOICES.get(key, {}).get(value)
    if known is not None:
        return str(known)
    return (
        numeric_day(date.fromisoformat(value)) if key in {"date_of_birth", "assessed_on"} else value
    )
