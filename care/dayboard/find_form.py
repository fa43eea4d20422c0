"""The one box in which staff at the board find who has come."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from care.dayboard.typed import LONGEST, Typed, read

_NOTHING = _("Skriv navnet, fødselsdatoen, nummeret eller koden.")


class DeskSearchForm(forms.Form):
    """A name, a birth date, a number, or the code on the patient's page."""

    marks_optional = False

    what = forms.CharField(
        label=_("Navn, fødselsdato, nummer eller kode"),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}
        ),
        error_messages={
            "required": _NOTHING,
            "max_length": _("Dette er for langt. Skriv høyst 200 tegn."),
        },
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_what(self) -> Typed:
        """Return what was read in the text."""
        typed = read(self.cleaned_data["what"], today=self.today, allow_synthetic=settings.DEMO)
        if typed.wrong_number:
            raise forms.ValidationError(
                _("Et siffer i nummeret er feil. Se igjen, eller skriv fødselsdatoen.")
            )
        if typed.is_empty:
            raise forms.ValidationError(_NOTHING)
        return typed
