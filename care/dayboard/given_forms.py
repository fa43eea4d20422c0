"""The forms of a dose that was given already: recording it, correcting it, voiding its record."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from care.dayboard.forms import Choice, LenientChoiceField
from clinics.domain.calendar import OSLO
from clinics.models import Staff
from clinics.templatetags.oslo_time import clock, numeric_day
from vaccinations.domain.deviations import Asked
from vaccinations.models import Dose, Vial

CHOOSE_VIAL = _("Velg glasset som dosen kom fra")
A_DAY = _("Skriv datoen med dag, måned og år, for eksempel 26.11.2026")
A_TIME = _("Skriv klokkeslettet dosen ble gitt, for eksempel 17.42")
A_VOLUME = _("Skriv hvor mange ml som ble gitt, for eksempel 0,1")


class SeenTextField(forms.CharField):
    """Words that can be seen: signs without a look are none."""

    def to_python(self, value: Any) -> str:
        """Take signs that show nothing for an empty answer."""
        text: str = super().to_python(value) or ""
        if "\x00" in text:  # the field says so itself
            return text
        return text if any(sign.isprintable() and not sign.isspace() for sign in text) else ""


class VolumeField(forms.DecimalField):
    """A volume, written with a comma or a full stop whatever the language."""

    def to_python(self, value: Any) -> Any:
        """Read it with either sign."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class GivenForm(forms.Form):
    """A dose that was given: what is known of it is filled in, the time is for the nurse to say."""

    vial = LenientChoiceField(
        label=_("Hvilket glass kom dosen fra?"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_VIAL},
    )
    route = forms.ChoiceField(
        label=_("Hvordan ble den gitt?"),
        widget=forms.RadioSelect,
        choices=[(value, capfirst(words)) for value, words in Dose.Route.choices],
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg hvordan dosen ble gitt")
        ),
    )
    volume_ml = VolumeField(
        label=_("Volum i ml"),
        localize=True,
        min_value=Decimal("0.1"),
        max_value=Decimal("0.5"),
        max_digits=3,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6}),
        error_messages=dict.fromkeys(
            ["required", "invalid", "max_digits", "max_decimal_places", "max_whole_digits"],
            A_VOLUME,
        )
        | {
            "min_value": _("Volumet må være minst 0,1 ml"),
            "max_value": _("Et hetteglass har 0,5 ml. Skriv hvor mye som ble gitt"),
        },
    )
    site = forms.ChoiceField(
        label=_("Hvor ble den satt?"),
        widget=forms.RadioSelect,
        choices=[(value, capfirst(words)) for value, words in Dose.Site.choices],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvor dosen ble satt")),
    )
    given_on = forms.DateField(
        label=_("Dato"),
        input_formats=["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off", "size": 12}),
        error_messages=dict.fromkeys(["required", "invalid"], A_DAY),
    )
    given_at = forms.TimeField(
        label=_("Klokkeslett"),
        input_formats=["%H.%M", "%H:%M", "%H%M"],
        widget=forms.TimeInput(format="%H.%M", attrs={"autocomplete": "off", "size": 6}),
        error_messages=dict.fromkeys(["required", "invalid"], A_TIME),
    )
    vaccinator = forms.ChoiceField(
        label=_("Hvem satte dosen?"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvem som satte den")),
    )
    asked = forms.ChoiceField(
        label=_("Ble spørsmålene stilt før dosen?"),
        widget=forms.RadioSelect,
        choices=[
            (Asked.ALL_DENIED.value, _("Ja, og personen svarte nei på alt")),
            (Asked.SOMETHING_SAID.value, _("Ja, og personen svarte ja på noe")),
            (Asked.NOT_ASKED.value, _("Nei, eller det er ikke kjent")),
        ],
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg om spørsmålene ble stilt")
        ),
    )
    reason = SeenTextField(
        label=_("Hvorfor ble det slik?"),
        help_text=_("Må fylles ut når noe ikke var som planlagt. Skriv det som er nødvendig."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        vials: Iterable[Vial],
        staff: Iterable[Staff],
        days: tuple[date, date],
        ask_if_asked: bool = True,
        **kwargs: Any,
    ) -> None:
        """Take the dates from the first to the last of ``days``."""
        super().__init__(*args, **kwargs)
        self._days = days
        self.fields["vial"].choices = [(str(v.pk), vial_choice(v)) for v in vials]  # type: ignore[attr-defined]
        self.fields["vaccinator"].choices = [(str(s.pk), s.name) for s in staff]  # type: ignore[attr-defined]
        if not ask_if_asked:
            del self.fields["asked"]

    def clean_vial(self) -> UUID:
        """Return the vial's key; what is no key is no vial."""
        try:
            return UUID(self.cleaned_data["vial"])
        except ValueError:
            raise forms.ValidationError(CHOOSE_VIAL) from None

    def clean_given_on(self) -> date:
        """Refuse a day that has not come, and one that has nothing to do with the visit."""
        given_on: date = self.cleaned_data["given_on"]
        first, last = self._days
        if given_on > last:
            raise forms.ValidationError(_("Datoen er ikke kommet ennå. Skriv når dosen ble gitt"))
        if given_on < first:
            raise forms.ValidationError(
                _("Datoen er før besøket. Skriv en dato fra %(day)s og til i dag")
                % {"day": numeric_day(first)}
            )
        return given_on

    def told(self) -> dict[str, Any]:
        """Return what the services of recording want; only of a valid form."""
        kept = self.cleaned_data
        return {
            "vial_id": kept["vial"],
            "route": kept["route"],
            "volume_ml": kept["volume_ml"],
            "site": kept["site"],
            "given_at": datetime.combine(kept["given_on"], kept["given_at"], tzinfo=OSLO),
            "vaccinator_id": int(kept["vaccinator"]),
        }

    @property
    def asked_before(self) -> Asked:
        """What became of the day's questions; not asked where the form does not ask."""
        return Asked(self.cleaned_data.get("asked", Asked.NOT_ASKED))


class CorrectForm(GivenForm):
    """The right record in place of a wrong one."""

    wrong = SeenTextField(
        label=_("Hva var feil i registreringen?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        error_messages={"required": _("Skriv hva som var feil i registreringen")},
    )
    field_order = ("wrong",)


class VoidForm(forms.Form):
    """Why the record of a dose is wrong."""

    reason = SeenTextField(
        label=_("Hvorfor skal registreringen annulleres?"),
        help_text=_("For eksempel: ført på feil person, eller dosen ble ikke satt."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Skriv hvorfor registreringen er feil")},
    )


def vial_choice(vial: Vial) -> Choice:
    """Name a vial of the day, open or closed, with when it was opened and to be used."""
    words = {
        "letter": vial.letter,
        "opened": clock(vial.opened_at),
        "until": clock(vial.use_before),
        "lot": vial.lot.number,
    }
    return Choice(
        words=gettext("Hetteglass %(letter)s") % words,
        hint=gettext("åpnet %(opened)s, brukes før %(until)s, lot %(lot)s") % words,
    )


def as_initial(dose: Dose, on: date, at: datetime) -> dict[str, Any]:
    """Return a record's fields for the form that corrects it."""
    return {
        "vial": str(dose.vial_id),
        "route": dose.route,
        "volume_ml": dose.volume_ml,
        "site": dose.site,
        "given_on": on,
        "given_at": at.time(),
        "vaccinator": str(dose.vaccinator_id),
        "reason": dose.deviation_reason,
    }
