"""What staff tell somebody on the phone who cannot be booked at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.services.booking import AlreadyBookedError, DoseGivenError, TooEarlyError
from appointments.services.seats import SlotUnavailableError
from care.dayboard.words import REASONS, Words
from care.desk.case_words import OUTCOMES
from clinics.models import Clinic
from clinics.templatetags.oslo_time import day
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.decision import Decision, Outcome

_NEXT: Mapping[Outcome, Words] = {
    Outcome.CLINICIAN_REVIEW: _(
        "Personen kan ikke få time før en lege har vurdert saken. Send den til legene her, så "
        "ligger den i køen deres."
    ),
    Outcome.DEFER: _("Be personen ringe igjen når det er over. Vi bestiller ikke time nå."),
    Outcome.CONTRAINDICATED: _(
        "Si at personen ikke skal ha denne vaksinen, og hvorfor. Be dem snakke med fastlegen sin "
        "om de lurer på noe."
    ),
    Outcome.SEEK_CARE: _(
        "Be personen unngå nærkontakt og ringe legen sin eller legevakten på 116 117 i dag, og si "
        "fra om symptomene før de kommer. Ikke gi time her."
    ),
    Outcome.NOT_NEEDED: _("Si at personen ikke trenger vaksinen nå, og hvorfor."),
    Outcome.NOT_OFFERED: _(
        "Si at rådene ikke gir tilbud etter det som er svart. Er noe misforstått, kan svarene "
        "endres nedenfor."
    ),
}
_REVIEW_NEEDED = _("Krever vurdering av lege")
REFUSED: Mapping[type[Exception], Words] = {
    SlotUnavailableError: _("Tiden er ikke ledig lenger. Velg en annen."),
    TooEarlyError: _("Tiden er for tidlig for dosen. Velg en senere."),
    DoseGivenError: _("Personen har fått denne dosen. Finn personen, og se hva som er gitt."),
    AlreadyBookedError: _("Personen har fått time allerede. Finn personen, og se når."),
}


@dataclass(frozen=True)
class Stop:
    """Why nobody is booked, what to say, and whether a clinician can take it on.

    ``clinics`` are those that the person can be sent to.
    """

    heading: Words
    reasons: tuple[Words, ...]
    text: Words
    may_send: bool
    clinics: tuple[Clinic, ...] = ()


def stop_of(decision: Decision) -> Stop:
    """Return what to say of a decision that is not eligible."""
    review = decision.outcome is Outcome.CLINICIAN_REVIEW
    reasons = dict.fromkeys(REASONS[rule] for rule in decision.reasons if rule in REASONS)
    return Stop(
        heading=_REVIEW_NEEDED if review else OUTCOMES[decision.outcome],
        reasons=tuple(reasons),
        text=_NEXT[decision.outcome],
        may_send=case_kind_of(decision) is not None,
    )


def elsewhere(clinics: list[Clinic]) -> Stop:
    """Return what to say to who is offered the vaccine, but not here."""
    return Stop(
        heading=_("Får tilbud, men ikke her"),
        reasons=(),
        text=(
            _("Be personen ringe et av disse stedene.")
            if clinics
            else _("Ingen steder har åpnet for gruppen ennå. Be personen ringe igjen senere.")
        ),
        may_send=False,
        clinics=tuple(clinics),
    )


def not_for_the_course(earliest_on: date | None) -> str:
    """Say why the chosen time does not fit what was answered."""
    if earliest_on is not None:
        return gettext("Dosen kan tidligst gis %(day)s. Velg en av tidene nedenfor.") % {
            "day": day(earliest_on)
        }
    return gettext(
        "Tiden er ikke ledig lenger, eller passer ikke til svarene. Velg en av tidene nedenfor."
    )


def say_merged(request: HttpRequest) -> None:
    """Say, to whoever sends a form of a duplicate, that what they typed is not kept."""
    if request.method == "POST":
        messages.info(
            request,
            gettext(
                "Personen er slått sammen med en annen oppføring. Se over det som står her: "
                "det du skrev, er ikke tatt med."
            ),
        )
