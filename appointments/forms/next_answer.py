"""Why somebody does not need the next time."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import NextAnswer


class NextAnswerForm(forms.Form):
    """The reason. The words name no disease: the page opens without a code."""

    said = forms.ChoiceField(
        label=_("Hvorfor trenger du ikke timen?"),
        choices=[
            (NextAnswer.Said.ELSEWHERE.value, _("Jeg har fått den andre et annet sted")),
            (
                NextAnswer.Said.MPOX.value,
                _("Jeg har hatt sykdommen den skal forebygge, påvist med prøve"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvorfor")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Send svaret"), css_class="ds-button"))
