"""What a patient fills in to book: how to reach them, the code, their name."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.domain.contact import (
    Contact,
    InvalidEmailError,
    InvalidPhoneError,
    parse_email,
    parse_phone,
)
from patients.domain.invisible import without_invisible
from patients.domain.languages import InvalidLanguageError, LanguageFault, clean_language
from patients.domain.names import InvalidNameError, NameFault, clean_name

CODE_LENGTH = 6
_NOT_A_CODE = _("Koden er seks sifre. Se etter i meldingen du fikk.")
_LANGUAGE_TOO_LONG = _("Teksten er for lang. Skriv høyst 60 tegn.")
_TOO_LONG = _("Navnet er for langt. Skriv høyst 80 tegn.")


class ContactForm(forms.Form):
    """One phone number or e-mail address, to be proved by a code.

    Each field shows when its channel is chosen; both, in browsers that cannot tell.
    """

    choices_as = "cards"
    marks_optional = False

    channel = forms.ChoiceField(
        label=_("Hvor skal vi sende koden og beskjeder om timen?"),
        choices=[("sms", _("SMS")), ("email", _("E-post"))],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg SMS eller e-post")),
    )
    phone = forms.CharField(
        label=_("Mobilnummer"),
        help_text=_("Utenlandske numre begynner med +."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.CharField(
        label=_("E-postadresse"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "channel", Div("phone", css_class="when-sms"), Div("email", css_class="when-email")
        )
        self.helper.add_input(Submit("send", _("Send kode")))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        channel = cleaned.get("channel", "")
        for field in {"phone", "email"} - {_FIELD_OF.get(channel)}:
            self.errors.pop(field, None)  # what is wrong in a hidden field stops nobody
        if channel == "sms":
            self._read("phone", parse_phone, InvalidPhoneError, PHONE_WRONG, _PHONE_MISSING)
        elif channel == "email":
            self._read("email", parse_email, InvalidEmailError, _EMAIL_WRONG, _EMAIL_MISSING)
        return cleaned

    def _read(
        self, field: str, parse: Any, refused: type[Exception], wrong: Any, missing: Any
    ) -> None:
        text = self.cleaned_data.get(field, "")
        if not text:
            if field not in self.errors:
                self.add_error(field, missing)
            return
        try:
            self.cleaned_data[field] = parse(text)
        except refused:
            self.add_error(field, wrong)

    @property
    def contact(self) -> Contact:
        """The contact that was given; only after ``is_valid()``."""
        channel = self.cleaned_data["channel"]
        return Contact(channel=channel, address=self.cleaned_data[_FIELD_OF[channel]])


_FIELD_OF = {"sms": "phone", "email": "email"}


class FindForm(ContactForm):
    """The phone number or e-mail address that something was booked with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].label = _("Hvor skal vi sende koden?")


PHONE_WRONG = _("Dette er ikke et gyldig mobilnummer. Skriv for eksempel 41 23 45 67.")
_PHONE_MISSING = _("Skriv mobilnummeret ditt")
_EMAIL_WRONG = _("Dette er ikke en gyldig e-postadresse. Skriv for eksempel navn@eksempel.no.")
_EMAIL_MISSING = _("Skriv e-postadressen din")


class CodeForm(forms.Form):
    """The code that was sent."""

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
        self.helper.add_input(Submit("bekreft", _("Fortsett")))

    def clean_code(self) -> str:
        # Spaces, what a copied message brings along, and digits of any script: all meant as a code.
        text = "".join(without_invisible(self.cleaned_data["code"]).split())
        if len(text) != CODE_LENGTH or not text.isdecimal():
            raise forms.ValidationError(_NOT_A_CODE)
        return "".join(str(int(sign)) for sign in text)


class DetailsForm(forms.Form):
    """Who comes. The ID is checked at the visit, so no number is asked for here."""

    given_name = forms.CharField(
        label=_("Fornavn"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Skriv fornavnet ditt"), "max_length": _TOO_LONG},
    )
    family_name = forms.CharField(
        label=_("Etternavn"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Skriv etternavnet ditt"), "max_length": _TOO_LONG},
    )
    interpreter = forms.CharField(
        label=_("Trenger du tolk?"),
        help_text=_("Skriv språket, for eksempel arabisk eller norsk tegnspråk."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _LANGUAGE_TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Fortsett")))

    def clean_given_name(self) -> str:
        return self._name("given_name", _("Skriv fornavnet slik det står på legitimasjonen"))

    def clean_family_name(self) -> str:
        return self._name("family_name", _("Skriv etternavnet slik det står på legitimasjonen"))

    def clean_interpreter(self) -> str:
        try:
            return clean_language(self.cleaned_data["interpreter"])
        except InvalidLanguageError as error:
            too_long = error.fault is LanguageFault.TOO_LONG
            wrong = _("Skriv språket med bokstaver, eller la feltet stå tomt.")
            raise forms.ValidationError(_LANGUAGE_TOO_LONG if too_long else wrong) from None

    def _name(self, field: str, wrong: Any) -> str:
        try:
            return clean_name(self.cleaned_data[field])
        except InvalidNameError as error:
            too_long = error.fault is NameFault.TOO_LONG
            raise forms.ValidationError(_TOO_LONG if too_long else wrong) from None
