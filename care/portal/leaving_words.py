"""What is deleted and what is kept, in words: a line for each kind of thing, with how many."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Appointment, NextAnswer, Offer, WaitingEntry
from care.services.erasure import Plan
from eligibility.models import Decision, ReviewCase
from notifications.models import Message
from patients.models import ActivatedBrowser, IdentityCheck, PatientNote
from vaccinations.models import Dose, Reaction, RegistryReport

_COUNTED: dict[type[Model], Callable[[int], str]] = {
    Dose: lambda n: ngettext("%(n)d dose", "%(n)d doser", n),
    Reaction: lambda n: ngettext("%(n)d reaksjon", "%(n)d reaksjoner", n),
    RegistryReport: lambda n: ngettext("%(n)d føring i SYSVAK", "%(n)d føringer i SYSVAK", n),
    Appointment: lambda n: ngettext("%(n)d time", "%(n)d timer", n),
    Decision: lambda n: ngettext("%(n)d vurdering", "%(n)d vurderinger", n),
    ReviewCase: lambda n: ngettext("%(n)d sak", "%(n)d saker", n),
    WaitingEntry: lambda n: ngettext("%(n)d plass på venteliste", "%(n)d plasser på venteliste", n),
    Offer: lambda n: ngettext("%(n)d tilbud", "%(n)d tilbud", n),
    NextAnswer: lambda n: ngettext("%(n)d svar om neste dose", "%(n)d svar om neste dose", n),
    PatientNote: lambda n: ngettext("%(n)d notat fra ansatte", "%(n)d notater fra ansatte", n),
    IdentityCheck: lambda n: ngettext(
        "%(n)d kontroll av legitimasjon", "%(n)d kontroller av legitimasjon", n
    ),
    ActivatedBrowser: lambda n: ngettext(
        "%(n)d nettleser med tilgang", "%(n)d nettlesere med tilgang", n
    ),
    Message: lambda n: ngettext("%(n)d melding", "%(n)d meldinger", n),
}


def removed_in_words(plan: Plan) -> list[str]:
    """Return what is deleted."""
    who = (
        _("Navn, fødselsdato, nummer, telefon og e-post")
        if plan.whole
        else _("Telefon, e-post, språk, tolk og hva vi roper opp")
    )
    lines = [who, *_counted(plan.removed)]
    if not plan.whole:
        lines.append(_("Gruppe, hvor tilbudet gjelder, og helseopplysninger fra svarene dine"))
    return lines


def kept_in_words(plan: Plan) -> list[str]:
    """Return what must be kept."""
    always = [
        _("Loggen over hvem som har sett hva. Den kan ingen slette."),
        _("Sikkerhetskopier, til de selv blir slettet fordi de er for gamle."),
    ]
    if plan.whole:
        return always
    return [_("Navn, fødselsdato og nummer"), *_counted(plan.kept), *always]


def _counted(rows: Mapping[type[Model], tuple[Any, ...]]) -> list[str]:
    found = ((words, len(rows.get(model, ()))) for model, words in _COUNTED.items())
    return [words(many) % {"n": many} for words, many in found if many]
