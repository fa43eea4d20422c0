"""What a patient fills in at the door: the code from the visit, and the PIN of their browser."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from care.desk.phone_fields import birth_date_field
from patients.domain.activation_codes import is_easy, read_code, read_pin

_NOT_A_CODE = _("Koden er ti tegn, bokstaver og siffer. Se på lappen du fikk.")
_NOT_A_PIN = _("PIN-koden er fire til åtte siffer.")


def _pin_field(widget: type[forms.widgets.Input], **words: Any) -> forms.CharField:
    return forms.CharField(
        max_length=40,
        # No browser keeps it: whoever borrows the phone would be let in.
        widget=widget(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}),
        error_messages={"required": _("Skriv PIN-koden"), "max_length": _NOT_A_PIN},
        **words,
    )


class _PinForm(forms.Form):
    """A form with a PIN in it."""

    def clean_pin(self) -> str:
        pin = read_pin(self.cleaned_data["pin"])
        if pin is None:
            raise forms.ValidationError(_NOT_A_PIN)
        return pin


class ActivateForm(_PinForm):
    """The code from the visit, whose it is, and a PIN for the next time."""

    code = forms.CharField(
        label=_("Koden på lappen"),
        help_text=_("Ti tegn. Store eller små bokstaver er det samme."),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code-input",
            }
        ),
        error_messages={"required": _("Skriv koden på lappen"), "max_length": _NOT_A_CODE},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        born = birth_date_field()
        born.today = today
        born.label = _("Fødselsdatoen din")
        born.help_text = _("For eksempel 14.03.1991")
        born.error_messages["required"] = _("Skriv fødselsdatoen din, for eksempel 14.03.1991")
        self.fields["birth_date"] = born
        self.fields["pin"] = _pin_field(
            forms.TextInput,
            label=_("Lag en PIN-kode"),
            help_text=_(
                "Fire til åtte siffer som bare du vet. Den åpner sidene i denne nettleseren neste "
                "gang."
            ),
        )
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Åpne sidene mine")))

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_NOT_A_CODE)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        pin, born = cleaned.get("pin"), cleaned.get("birth_date")
        if pin and born and is_easy(pin, birth_date=born.isoformat()):
            self.add_error(
                "pin",
                _("Den er for lett å gjette. Ikke bruk fødselsdatoen eller siffer på rad."),
            )
        return cleaned


class PinForm(_PinForm):
    """The PIN of an activated browser."""

    pin = _pin_field(
        forms.PasswordInput,
        label=_("PIN-kode"),
        help_text=_("Den du laget da du skrev koden fra lappen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Åpne sidene mine")))
