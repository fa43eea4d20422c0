"""The box that is ticked before something is gone for good."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _


class SureForm(forms.Form):
    """Somebody says that they are sure."""

    sure = forms.BooleanField(
        label=_("Jeg er sikker, og vet at det ikke kan hentes tilbake"),
        error_messages={"required": _("Kryss av for at du er sikker")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("slett", _("Slett"), data_color="danger"))
