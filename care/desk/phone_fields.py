"""Who calls: typed as people say it, with as few keys as may be."""

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from eligibility.forms.told_doses import EARLIEST, NOT_A_DATE, WrittenDateField
from patients.domain.contact import (
    Contact,
    InvalidEmailError,
    InvalidPhoneError,
    PhoneFault,
    parse_email,
    parse_phone,
)
from patients.domain.invisible import without_invisible
from patients.domain.languages import InvalidLanguageError, LanguageFault, clean_language
from patients.domain.names import InvalidNameError, NameFault, clean_name
from patients.models import Patient

NO, YES = "no", "yes"
_TOO_LONG = _("Navnet er for langt. Skriv høyst 80 tegn.")
_NO_LETTER = _("Navnet må ha minst én bokstav.")
_NOT_A_PHONE = _(
    "Dette er ikke et mobilnummer. Skriv for eksempel 41 23 45 67, en e-postadresse, eller kryss "
    "av for at personen ikke har noen av delene."
)
_NO_SMS = _(
    "Dette nummeret tar ikke imot SMS. Skriv et mobilnummer, en e-postadresse, eller kryss av for "
    "at personen ikke har noen av delene."
)
_NOT_AN_EMAIL = _("Dette er ikke en gyldig e-postadresse. Skriv for eksempel navn@eksempel.no.")
# Six figures, or with signs between: the year's century is left out.
_SHORT = re.compile(r"(\d\d)(\d\d)(\d\d)|(\d{1,2})[.,/-](\d{1,2})[.,/-](\d\d)")


class NameField(forms.CharField):
    """A name as it is kept."""

    def __init__(self, *, missing: Any, **kwargs: Any) -> None:
        super().__init__(
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": missing, "max_length": _TOO_LONG},
            **kwargs,
        )
        self.missing = missing

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_name(text)
        except InvalidNameError as error:
            words = {NameFault.TOO_LONG: _TOO_LONG, NameFault.EMPTY: self.missing}
            raise forms.ValidationError(words.get(error.fault, _NO_LETTER)) from None


class BirthDateField(WrittenDateField):
    """A birth date: 14.03.1991, 14031991, or without the century: 140391, 14.3.91.

    Without it, the latest year is meant that is not in the future. ``today`` is set by the form.
    """

    today = EARLIEST

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            shown = re.sub(r"\s*([.,/-])\s*", r"\1", without_invisible(value))
            figures = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in shown)
            short = _SHORT.fullmatch(figures.replace(" ", ""))
            if short:
                return self._latest(*(int(part) for part in short.groups() if part))
        return super().to_python(value)

    def _latest(self, day: int, month: int, year: int) -> date:
        for century in (self.today.year // 100 * 100, self.today.year // 100 * 100 - 100):
            try:
                born = date(century + year, month, day)
            except ValueError:
                continue
            if born <= self.today:
                return born
        raise forms.ValidationError(NOT_A_DATE)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > self.today:
            raise forms.ValidationError(_("Fødselsdatoen kan ikke være fram i tid."))
        if value and value < EARLIEST:
            raise forms.ValidationError(_("Datoen må være etter 1. januar 1900"))


def birth_date_field(*, required: bool = True) -> BirthDateField:
    """Return the field for a birth date."""
    return BirthDateField(
        label=_("Født"),
        help_text=_("140391 eller 14.03.1991"),
        required=required,
        input_formats=["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d,%m,%Y", "%d%m%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Skriv når personen er født, for eksempel 140391."),
            "invalid": NOT_A_DATE,
        },
    )


class ContactField(forms.CharField):
    """A telephone number that takes SMS, or an e-mail address: what it is shows in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Mobil eller e-post"),
            required=False,
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": _NOT_AN_EMAIL},
            **kwargs,
        )

    def clean(self, value: Any) -> Contact | None:
        text = super().clean(value)
        if not without_invisible(text):
            return None
        try:
            if "@" in text:
                return Contact("email", parse_email(text))
            return Contact("sms", parse_phone(text))
        except InvalidEmailError:
            raise forms.ValidationError(_NOT_AN_EMAIL) from None
        except InvalidPhoneError as error:
            no_sms = error.fault is PhoneFault.NO_SMS
            raise forms.ValidationError(_NO_SMS if no_sms else _NOT_A_PHONE) from None


class InterpreterField(forms.CharField):
    """The language that an interpreter is needed for."""

    def __init__(self, **kwargs: Any) -> None:
        too_long = _("Språket er for langt. Skriv høyst 60 tegn.")
        super().__init__(
            label=_("Tolk"),
            help_text=_("Språk, hvis det trengs"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": too_long},
            **kwargs,
        )
        self.too_long = too_long

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_language(text)
        except InvalidLanguageError as error:
            no_letter = error.fault is LanguageFault.NO_LETTER
            words = _("Skriv språket med bokstaver, for eksempel arabisk.")
            raise forms.ValidationError(words if no_letter else self.too_long) from None


def who_fields() -> dict[str, forms.Field]:
    """Return the fields for a person's name and birth date."""
    return {
        "given_name": NameField(label=_("Fornavn"), missing=_("Skriv fornavnet.")),
        "family_name": NameField(label=_("Etternavn"), missing=_("Skriv etternavnet.")),
        "birth_date": birth_date_field(),
    }


def reach_fields() -> dict[str, forms.Field]:
    """Return the fields for how a person is reached, and what they need."""
    return {
        "contact": ContactField(),
        "no_contact": forms.BooleanField(label=_("Har ikke mobil eller e-post"), required=False),
        "language": forms.ChoiceField(
            label=_("Språk i meldinger"),
            choices=settings.LANGUAGES,
            error_messages=dict.fromkeys(
                ["required", "invalid_choice"], _("Velg språket i meldingene.")
            ),
        ),
        "interpreter": InterpreterField(),
        "protected_address": forms.ChoiceField(
            label=_("Skjermet adresse"),
            choices=[(NO, _("Nei")), (YES, _("Ja"))],
            error_messages=dict.fromkeys(
                ["required", "invalid_choice"], _("Velg om adressen er skjermet.")
            ),
        ),
    }


def initial_of(patient: Patient) -> dict[str, Any]:
    """Return what is known of how a person is reached, and what they need."""
    by_email = patient.contact_by == Patient.ContactBy.EMAIL
    return {
        "contact": patient.email if by_email else patient.phone or patient.email,
        "no_contact": patient.contact_by == Patient.ContactBy.NONE,
        "language": patient.language,
        "interpreter": patient.interpreter,
        "protected_address": YES if patient.protected_address else NO,
    }
