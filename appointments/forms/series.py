"""The admin's form that plans many sessions in one go."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from appointments.domain.recurrence import LAST, Monthly, Pattern, Weekly, days_of
from appointments.domain.session_series import LONGEST_DAYS, Opening
from appointments.forms.sessions import (
    ClockInput,
    DayInput,
    check_hours,
    groups_field,
    minutes_field,
    stations_field,
    vials_field,
)
from clinics.models import Clinic
from vaccinations.models import Product

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
PATTERNS = [
    (WEEKLY, _("Hver uke")),
    (FORTNIGHTLY, _("Annenhver uke")),
    (MONTHLY, _("Hver måned")),
]
NTHS = [
    (1, _("Den første")),
    (2, _("Den andre")),
    (3, _("Den tredje")),
    (4, _("Den fjerde")),
    (LAST, _("Den siste")),
]


class SeriesForm(forms.Form):
    """What is the same for all the days, and on which days they fall."""

    # One form makes its days once, however often it is sent.
    token = forms.UUIDField(widget=forms.HiddenInput)
    clinic = forms.ModelChoiceField(Clinic.objects.none(), label=_("Vaksinasjonssted"))
    product = forms.ModelChoiceField(Product.objects.order_by("name"), label=_("Vaksine"))
    pattern = forms.ChoiceField(
        label=_("Hvor ofte"), choices=PATTERNS, widget=forms.RadioSelect, initial=WEEKLY
    )
    nth = forms.TypedChoiceField(
        label=_("Hvilken i måneden"),
        choices=NTHS,
        coerce=int,
        initial=1,
        help_text=_("Brukes bare når det er hver måned."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Ukedager"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.DateField(label=_("Fra og med"), widget=DayInput)
    until = forms.DateField(
        label=_("Til og med"), widget=DayInput, help_text=_("Høyst ett år fram.")
    )
    opens = forms.TimeField(label=_("Åpner"), widget=ClockInput)
    closes = forms.TimeField(label=_("Stenger"), widget=ClockInput)
    stations = stations_field(initial=1)
    slot_minutes = minutes_field(initial=10)
    vials_allotted = vials_field()
    offered_groups = groups_field()
    opened = forms.TypedChoiceField(
        label=_("Når dagene er opprettet"),
        choices=[
            ("", _("La dem være utkast, som ingen kan bestille ennå")),
            ("1", _("Åpne dem for bestilling med en gang")),
        ],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )

    def __init__(self, *args: Any, clinics: QuerySet[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinic_field = self.fields["clinic"]
        assert isinstance(clinic_field, forms.ModelChoiceField)
        clinic_field.queryset = clinics
        self.initial.setdefault("token", uuid4())

    def clean(self) -> dict[str, Any]:
        """Check the days and hours against each other."""
        said = super().clean() or {}
        first, until = said.get("first"), said.get("until")
        if first and until:
            if until < first:
                self.add_error("until", _("Siste dag må være etter første dag."))
            elif until - first > timedelta(days=LONGEST_DAYS):
                self.add_error("until", _("Planlegg høyst ett år om gangen."))
        if said.get("pattern") == MONTHLY and len(said.get("weekdays", [])) > 1:
            self.add_error("weekdays", _("Velg én ukedag når det er hver måned."))
        if said.get("opens") and said.get("closes") and said.get("slot_minutes"):
            check_hours(
                self, opens=said["opens"], closes=said["closes"], slot_minutes=said["slot_minutes"]
            )
        if not self.errors and not self.days():
            self.add_error(
                "until", _("Ingen dager i dette tidsrommet passer. Velg et lengre tidsrom.")
            )
        return said

    def days(self) -> list[date]:
        """Return the days that the pattern falls on."""
        return days_of(self._pattern(), self.cleaned_data["first"], self.cleaned_data["until"])

    def opening(self) -> Opening:
        """Return the hours of each day."""
        return Opening(self.cleaned_data["opens"], self.cleaned_data["closes"])

    def pattern_in_words(self) -> str:
        """Say on which days: "Annenhver uke: torsdag"."""
        said = self.cleaned_data
        names = get_text_list([str(WEEKDAYS[number]) for number in said["weekdays"]], _now("og"))
        often = str(dict(PATTERNS)[said["pattern"]])
        if said["pattern"] == MONTHLY:
            nth = str(dict(NTHS)[said["nth"]])
            return f"{often}: {nth[:1].lower()}{nth[1:]} {names.lower()}"
        return f"{often}: {names.lower()}"

    def _pattern(self) -> Pattern:
        said = self.cleaned_data
        if said["pattern"] == MONTHLY:
            return Monthly(said["weekdays"][0], said["nth"])
        every = 2 if said["pattern"] == FORTNIGHTLY else 1
        return Weekly(frozenset(said["weekdays"]), every)
