"""Forms of the admin that end in one call of a service."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.domain import Actor
from clinics.domain.calendar import OSLO
from clinics.templatetags.oslo_time import numeric_day
from vaccinations.domain.lot_state import LotMoveNotAllowedError
from vaccinations.services.lot_moves import ExcursionTimeError, LotChangedMeanwhileError
from vaccinations.services.orders import (
    EmptyOrderError,
    OrderEndedError,
    OrderWithdrawnError,
    WindowOutOfRangeError,
)
from vaccinations.services.signing import NoHprNumberError, NotAClinicianError
from vaccinations.services.stock import (
    ExpiryDiffersError,
    LotExpiredError,
    LotRecalledError,
    NotAPositiveNumberError,
    NotEnoughError,
    NothingToWriteOffError,
    ReasonMissingError,
    StockChangedError,
    ThawedNotReturnedError,
    ThawedVialsLeftError,
)
from vaccinations.services.thawing import LotStoppedError, NotStoredFrozenError

Words = str | Promise

# Which field a refusal belongs to (None: the whole form) and what to do about it.
REFUSALS: dict[type[Exception], tuple[str | None, Words]] = {
    NotAClinicianError: (
        None,
        _(
            "Bare den som er behandler på dette stedet i dag, kan signere. En administrator kan gi "
            "deg rollen under vaksinasjonsstedet."
        ),
    ),
    NoHprNumberError: (
        None,
        _(
            "Brukeren din mangler HPR-nummer, og uten det kan du ikke signere. En administrator "
            "med full tilgang kan legge det inn under «Ansatte»."
        ),
    ),
    WindowOutOfRangeError: ("minutes", _("Skriv et tall fra 1 til 480.")),
    EmptyOrderError: ("text", _("Skriv hva som ordineres.")),
    OrderEndedError: (
        "valid_until",
        _("Velg en dag som verken er før i dag eller før den første dagen."),
    ),
    OrderWithdrawnError: (None, _("Ordinasjonen er trukket tilbake allerede.")),
    LotExpiredError: ("expires_on", _("Loten er utløpt. Kontroller datoen på pakningen.")),
    LotRecalledError: (
        "number",
        _("Loten er tilbakekalt. Ikke ta den inn på lageret, men følg tilbakekallingen."),
    ),
    NotAPositiveNumberError: ("vials", _("Skriv et helt tall som er 1 eller mer.")),
    ReasonMissingError: ("note", _("Skriv hva som har skjedd.")),
    ThawedNotReturnedError: (
        "what",
        _("Tinte glass kan ikke sendes tilbake. Velg svinn, og kast dem."),
    ),
    NothingToWriteOffError: (
        None,
        _("Det er ingenting å avskrive: alle glassene er brukt, eller fristen er ikke ute."),
    ),
    LotMoveNotAllowedError: (None, _("Dette er endret av en kollega. Se hva som gjelder nå.")),
    LotChangedMeanwhileError: (None, _("Dette er endret av en kollega. Se hva som gjelder nå.")),
    ExcursionTimeError: (
        "until",
        _("Avviket må slutte etter at det begynte, og kan ikke slutte fram i tid."),
    ),
    NotStoredFrozenError: (None, _("Vaksinen lagres ikke frossent, så glass skal ikke tines.")),
    LotStoppedError: (None, _("Loten er stoppet. Ikke tin glass av den.")),
}


class ServiceForm(forms.Form):
    """A form whose ``act`` calls one service; what it refuses is shown beside the field.

    ``fields_of`` lets a form say where a refusal belongs when its own fields have other names.
    """

    fields_of: ClassVar[dict[type[Exception], str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            missing = gettext("Må fylles ut: %(label)s") % {"label": field.label}
            field.error_messages["required"] = missing

    def perform(self, *, by: Actor, now: datetime) -> bool:
        """Call the service for a valid form; False when it refused, with errors added."""
        try:
            self.act(by=by, now=now)
        except tuple(REFUSALS) as error:
            field, words = REFUSALS[type(error)]
            self.refuse(self.fields_of.get(type(error), field), words)
        except ExpiryDiffersError as error:
            self.refuse(
                "expires_on",
                _("Loten er registrert her med utløp %(day)s. Kontroller pakningen.")
                % {"day": numeric_day(error.known)},
            )
        except NotEnoughError as error:
            self.refuse(
                "vials", _("Det er bare %(there)s å ta av.") % {"there": max(0, error.there)}
            )
        except ThawedVialsLeftError as error:
            self.refuse(
                "counted",
                _(
                    "%(thawed)s tinte glass skal være blant dem. Avskriv først de tinte glassene "
                    "som ikke er der."
                )
                % {"thawed": error.thawed},
            )
        except StockChangedError as error:
            self.stock_changed(error.on_hand)
        return not self.errors

    def act(self, *, by: Actor, now: datetime) -> None:
        """Call the service with what is entered."""
        raise NotImplementedError

    def stock_changed(self, on_hand: int) -> None:
        """Say that a colleague was quicker; a form that has shown a number shows the new one."""
        self.refuse(None, _("Lageret er endret av en kollega: det er %s nå.") % on_hand)

    def refuse(self, field: str | None, words: Words) -> None:
        """Add an error to a field, or to the form where it has no such field."""
        self.add_error(field if field in self.fields else None, str(words))


def number_field(label: Any, **options: Any) -> forms.IntegerField:
    """Make a field for a number of vials."""
    options.setdefault("min_value", 1)
    field = forms.IntegerField(label=label, max_value=32_000, **options)
    field.widget.attrs["class"] = "vIntegerField"
    return field


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """Make a field for a day and a time in Oslo, with the browser's own calendar."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


def note_field(label: Any, **options: Any) -> forms.CharField:
    """Make a field for what is written into the ledger."""
    options.setdefault("help_text", _("Ikke skriv noe om enkeltpersoner."))
    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    return forms.CharField(label=label, max_length=500, widget=widget, **options)


def this_minute() -> datetime:
    """Return the time now in Oslo, whole minutes, to begin a field with."""
    return timezone.localtime(timezone.now(), OSLO).replace(second=0, microsecond=0)
