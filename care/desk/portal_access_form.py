"""What staff confirm before they hand somebody the way to their own pages."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _


class HandOverForm(forms.Form):
    """The person is here, and has shown who they are: nobody is given a code over the phone."""

    is_here = forms.BooleanField(
        label=_("Personen står her, og jeg har sett legitimasjonen i dag"),
        error_messages={
            "required": _("Kryss av når personen står her og har vist legitimasjon i dag.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Lag kode")))
