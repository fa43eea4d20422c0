"""The form that says how late the day is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.domain.lateness import LATE_BY

_CHOOSE = _("Velg hvor forsinket dere er.")


class LateForm(forms.Form):
    """How many minutes late."""

    minutes = forms.TypedChoiceField(
        label=_("Hvor forsinket er dere?"),
        choices=[(str(minutes), f"{minutes} min") for minutes in LATE_BY],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
