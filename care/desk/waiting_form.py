"""Why somebody is taken off a waiting list."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _


class RemoveForm(forms.Form):
    """The reason, for the log: a code, so that nothing is written there about a person."""

    reason = forms.ChoiceField(
        label=_("Hvorfor?"),
        choices=[
            ("asked", _("Personen ba om det")),
            ("elsewhere", _("Har fått time et annet sted")),
            ("not_eligible", _("Skal ikke ha dosen likevel")),
            ("double", _("Står på listen to ganger")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvorfor")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Ta av listen")))
