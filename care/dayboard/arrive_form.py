"""The form of the check-in: which ID was seen, and who it shows."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from care.desk.phone_fields import NameField, birth_date_field
from clinics.templatetags.oslo_time import numeric_day
from patients.domain.id_numbers import (
    IdNumber,
    IdNumberFault,
    InvalidIdNumberError,
    birth_dates_of,
    parse_id_number,
)
from patients.domain.invisible import without_invisible
from patients.models import IdentityCheck, Patient
from patients.services.identity import Shown

FAULTS: dict[IdNumberFault, Any] = {
    IdNumberFault.NOT_DIGITS: _("Skriv bare siffer, slik de står på legitimasjonen."),
    IdNumberFault.LENGTH: _("Nummeret skal ha 11 siffer, eller 12 for DUF-nummer."),
    IdNumberFault.DATE: _("Nummeret begynner ikke med en dato som finnes. Se på sifrene igjen."),
    IdNumberFault.CHECK_DIGITS: _("Et siffer er feil. Se på legitimasjonen igjen."),
    IdNumberFault.HELP_NUMBER: _(
        "Dette er et hjelpenummer fra et sykehus, og ikke et fødselsnummer. La feltet stå tomt, og "
        "velg hvorfor nummeret mangler."
    ),
}


class CallNameField(NameField):
    """A name that may be left out."""

    def clean(self, value: Any) -> str:
        # What cannot be kept is refused before what cannot be seen counts as nothing.
        text: str = forms.CharField.clean(self, value)
        return super().clean(text) if without_invisible(text) else ""


class ArriveForm(forms.Form):
    """ID seen, the number in it or why there is none, and what it corrects."""

    marks_optional = False
    choices_as = "list"

    document = forms.ChoiceField(
        label=_("Hvilken legitimasjon er vist?"),
        widget=forms.RadioSelect,
        choices=IdentityCheck.Document.choices,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg hvilken legitimasjon du har sett.")
        ),
    )
    id_number = forms.CharField(
        label=_("Fødselsnummer, D-nummer eller DUF-nummer"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"max_length": FAULTS[IdNumberFault.LENGTH]},
    )
    no_number_why = forms.ChoiceField(
        label=_("Ikke noe nummer?"),
        required=False,
        choices=[("", _("Velg hvorfor")), *Patient.NoNumber.choices],
        error_messages={"invalid_choice": _("Velg hvorfor det ikke er noe nummer.")},
    )
    both_right = forms.BooleanField(
        label=_("Jeg har sett en gang til: Både nummeret og fødselsdatoen er riktig"),
        required=False,
    )

    def __init__(self, data: Any, *, patient: Patient, today: date, taken: bool = False) -> None:
        """Fill in what is known of the patient; the kind of ID is never chosen beforehand.

        ``taken``: the number turned out to be that of somebody else.
        """
        super().__init__(data)
        elsewhere = Patient.NoNumber.ELSEWHERE.value
        if not taken and elsewhere not in {
            (data or {}).get("no_number_why"),
            patient.no_number_why,
        }:
            why = self.fields["no_number_why"]
            why.choices = [one for one in why.choices if one[0] != elsewhere]  # type: ignore[attr-defined]
        self.fields["given_name"] = NameField(label=_("Fornavn"), missing=_("Skriv fornavnet."))
        self.fields["family_name"] = NameField(
            label=_("Etternavn"), missing=_("Skriv etternavnet.")
        )
        born = birth_date_field()
        born.today = today
        self.fields["birth_date"] = born
        self.fields["call_name"] = CallNameField(
            label=_("Hva skal ropes opp?"),
            help_text=_("Bare hvis det er noe annet enn navnet"),
            missing="",
            required=False,
        )
        self.initial = {
            name: getattr(patient, name)
            for name in (
                "given_name",
                "family_name",
                "birth_date",
                "id_number",
                "no_number_why",
                "call_name",
            )
        }

    @property
    def asks_both(self) -> bool:
        """Whether to ask if a number that does not fit the birth date is right all the same."""
        return bool(self.data.get("both_right")) or self.has_error("id_number", "other_day")

    @property
    def corrects(self) -> bool:
        """Whether name or birth date have to be shown: they are changed, or wrong."""
        named = ("given_name", "family_name", "birth_date")
        return self.is_bound and any(
            name in self.errors or name in self.changed_data for name in named
        )

    def clean_id_number(self) -> IdNumber | None:
        """Return the number of whatever kind; the digits show which."""
        text = without_invisible(self.cleaned_data["id_number"])
        if not text:
            return None
        try:
            return parse_id_number(text, allow_synthetic=settings.DEMO)
        except InvalidIdNumberError as error:
            raise forms.ValidationError(FAULTS[error.fault]) from None

    def clean(self) -> dict[str, Any]:
        """Ask for a number or why there is none, and compare it with the birth date."""
        cleaned = self.cleaned_data
        if "id_number" in self.errors or "no_number_why" in self.errors:
            return cleaned
        number, why = cleaned.get("id_number"), cleaned.get("no_number_why")
        if number is None and not why:
            self.add_error(
                "id_number",
                _("Skriv nummeret som står på legitimasjonen, eller velg hvorfor det mangler."),
            )
        elif number is not None and why:
            self.add_error(
                "no_number_why",
                _("Det står et nummer ovenfor. Ta bort nummeret, eller denne grunnen."),
            )
        elif number is not None:
            self._compare(number)
        return cleaned

    def _compare(self, number: IdNumber) -> None:
        born, possible = (
            self.cleaned_data.get("birth_date"),
            birth_dates_of(number, allow_synthetic=settings.DEMO),
        )
        if born is None or not possible or born in possible or self.cleaned_data.get("both_right"):
            return
        words = gettext(
            "Nummeret er for en som er født %(of_number)s, men her står %(born)s. Se på "
            "legitimasjonen igjen, og rett det som er feil."
        ) % {"of_number": _short(possible[0]), "born": numeric_day(born)}
        self.add_error("id_number", forms.ValidationError(words, code="other_day"))

    @property
    def shown(self) -> Shown:
        """What the ID shows; only of a valid form."""
        number: IdNumber | None = self.cleaned_data["id_number"]
        return Shown(
            given_name=self.cleaned_data["given_name"],
            family_name=self.cleaned_data["family_name"],
            birth_date=self.cleaned_data["birth_date"],
            id_kind=number.kind if number else Patient.IdKind.NONE,
            id_number=number.digits if number else "",
            no_number_why=self.cleaned_data["no_number_why"],
            call_name=self.cleaned_data["call_name"],
        )


def _short(day: date) -> str:
    """Return a day without its century, which a number does not tell."""
    return f"{day:%d.%m.%y}"
