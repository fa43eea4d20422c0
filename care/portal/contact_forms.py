"""What a person fills in to be reached in another way."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from care.portal.words import CHANNELS
from patients.domain.contact import (
    Contact,
    InvalidEmailError,
    InvalidPhoneError,
    parse_email,
    parse_phone,
)
from patients.domain.invisible import without_invisible
from patients.models import Patient

CODE_LENGTH = 6
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
_NOT_A_CODE = _("Koden er seks sifre. Se etter i meldingen du fikk.")


class AddressForm(forms.Form):
    """A new telephone number or e-mail address, to be proved by a code."""

    channel: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Send kode")))

    @property
    def contact(self) -> Contact:
        """The contact that was given; only after ``is_valid()``."""
        return Contact(self.channel, self.cleaned_data["address"])  # type: ignore[arg-type]


class PhoneForm(AddressForm):
    """A mobile number."""

    channel = "sms"
    address = forms.CharField(
        label=_("Mobilnummer"),
        help_text=_("Utenlandske numre begynner med +."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Skriv mobilnummeret ditt")},
    )

    def clean_address(self) -> str:
        """Return the number as E.164."""
        try:
            return parse_phone(self.cleaned_data["address"])
        except InvalidPhoneError:
            raise forms.ValidationError(
                _("Dette er ikke et gyldig mobilnummer. Skriv for eksempel 41 23 45 67.")
            ) from None


class EmailForm(AddressForm):
    """An e-mail address."""

    channel = "email"
    address = forms.CharField(
        label=_("E-postadresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Skriv e-postadressen din")},
    )

    def clean_address(self) -> str:
        """Return the address as it is kept."""
        try:
            return parse_email(self.cleaned_data["address"])
        except InvalidEmailError:
            raise forms.ValidationError(
                _("Dette er ikke en gyldig e-postadresse. Skriv for eksempel navn@eksempel.no.")
            ) from None


class CodeForm(forms.Form):
    """The code that was sent to the new contact."""

    code = forms.CharField(
        label=_("Kode"),
        help_text=_("Seks sifre. Den varer i 10 minutter."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        ),
        error_messages={"required": _("Skriv koden du fikk"), "max_length": _NOT_A_CODE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("bekreft", _("Bytt")))

    def clean_code(self) -> str:
        """Return six digits, whatever a copied message brings along."""
        text = "".join(without_invisible(self.cleaned_data["code"]).split())
        if len(text) != CODE_LENGTH or not text.isdecimal():
            raise forms.ValidationError(_NOT_A_CODE)
        return "".join(str(int(sign)) for sign in text)


class ChannelForm(forms.Form):
    """On what, and in which language, a person is written to."""

    choices_as = "cards"

    contact_by = forms.ChoiceField(
        label=_("Hvor skal vi skrive til deg?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg en av dem")),
    )
    language = forms.ChoiceField(
        label=_("Hvilket språk skal vi skrive?"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg et språk")),
    )

    def __init__(self, data: Any = None, *, person: Patient) -> None:
        start = {"contact_by": person.contact_by, "language": person.language}
        super().__init__(data, initial=start)
        ways = {"sms": bool(person.phone), "email": bool(person.email)}
        ways |= {"both": all(ways.values()), "none": True}
        offered = [(way, str(CHANNELS[way]).capitalize()) for way, has in ways.items() if has]
        offered = [(way, "SMS" if way == "sms" else words) for way, words in offered]
        self.fields["contact_by"].choices = offered  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("lagre", _("Lagre")))
