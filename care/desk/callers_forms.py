"""The forms in which staff find a caller, and move their time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import SessionPlaces
from appointments.services.seats import SlotUnavailableError
from care.desk.phone_fields import BirthDateField, ContactField, birth_date_field
from care.desk.phone_words import REFUSED
from clinics.templatetags.oslo_time import clock, day
from patients.domain.id_numbers import IdNumber, InvalidIdNumberError, parse_id_number

DAYS = 10
_CHOOSE = _("Velg en tid.")
NOT_A_NUMBER = _("Nummeret stemmer ikke. Se etter skrivefeil: 11 sifre, eller 12 for DUF.")


class FindForm(forms.Form):
    """Birth date and name, how the person is reached, or their number."""

    marks_optional = False

    def __init__(self, data: Any, *, today: Any) -> None:
        super().__init__(data)
        self.fields["birth_date"] = born = birth_date_field(required=False)
        self.fields["name"] = forms.CharField(
            label=_("Navn"),
            help_text=_("Fornavn eller etternavn, eller begynnelsen av dem"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": _("Navnet er for langt. Skriv høyst 200 tegn.")},
        )
        self.fields["contact"] = ContactField()
        self.fields["id_number"] = forms.CharField(
            label=_("Fødselsnummer, D-nummer eller DUF-nummer"),
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
            error_messages={"max_length": NOT_A_NUMBER},
        )
        assert isinstance(born, BirthDateField)
        born.today = today
        if data is None:
            born.widget.attrs["autofocus"] = True

    def clean_id_number(self) -> IdNumber | None:
        """Return the number, of whichever kind; its own check digits tell a slip of the finger."""
        typed = self.cleaned_data["id_number"]
        if not typed:
            return None
        try:
            return parse_id_number(typed, allow_synthetic=settings.DEMO)
        except InvalidIdNumberError:
            raise forms.ValidationError(NOT_A_NUMBER) from None

    def searched_by(self) -> str:
        """Name the fields that were searched by, for the log: never what was in them."""
        return "+".join(name for name in self.fields if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """Ask for enough to find one person, not to leaf through all."""
        cleaned = self.cleaned_data
        if self.errors or cleaned.get("contact") or cleaned.get("id_number"):
            return cleaned
        if not cleaned.get("birth_date"):
            self.add_error(
                "birth_date",
                _("Skriv fødselsdatoen og navnet, eller mobil, e-post eller nummer."),
            )
        elif not cleaned.get("name"):
            self.add_error("name", _("Skriv fornavnet eller etternavnet også."))
        return cleaned


@dataclass(frozen=True)
class DayLabel:
    """The heading of a day's times; ``folded`` ones wait under "all other times"."""

    words: str
    folded: bool

    def __str__(self) -> str:
        return self.words


class MoveForm(forms.Form):
    """The times of the coming days: those that share a vial, and all others below."""

    choices_as = "times"
    folded_label: str = ""

    slot = forms.CharField(label=_("Ny tid"), error_messages={"required": _CHOOSE}, max_length=40)

    def __init__(self, data: Any, *, found: Iterable[SessionPlaces]) -> None:
        super().__init__(data)
        found = list(found)[:DAYS]
        sharing = [_group(one, sharing=True, folded=False) for one in found]
        steered = any(times for _label, times in sharing)
        others = [_group(one, sharing=False, folded=steered) for one in found]
        choices = [(label, times) for label, times in [*sharing, *others] if times]
        self.fields["slot"].widget = forms.RadioSelect(choices=choices)
        self.fields["slot"].error_messages["max_length"] = _CHOOSE
        self.has_times = bool(choices)
        self._offered = {value for _label, times in choices for value, _clock in times}
        if steered and any(times for _label, times in others):
            self.folded_label = gettext("Alle andre tider")

    def clean_slot(self) -> UUID:
        """Return the slot's key, of a time that is offered; what is no key is no time."""
        try:
            slot_id = UUID(self.cleaned_data["slot"])
        except ValueError:
            raise forms.ValidationError(_CHOOSE) from None
        if str(slot_id) not in self._offered:
            raise forms.ValidationError(str(REFUSED[SlotUnavailableError]))
        return slot_id


def _group(
    one: SessionPlaces, *, sharing: bool, folded: bool
) -> tuple[DayLabel, list[tuple[str, str]]]:
    times = [
        (str(place.slot_id), clock(place.starts_at))
        for place in one.places
        if place.shares_vial == sharing
    ]
    return DayLabel(capfirst(day(one.session.date)), folded), times
