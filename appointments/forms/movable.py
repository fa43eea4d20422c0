"""May we ask you to move, if it saves a vial? And which times suit?"""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments.domain.time_bands import Band
from appointments.forms.wishes import BAND_WORDS
from appointments.models import Appointment


class MovableForm(forms.Form):
    """The parts of the day of the appointment's session; none ticked means no."""

    marks_optional = False

    bands = forms.MultipleChoiceField(
        label=_("Når passer det også for deg den dagen?"),
        help_text=_("Kryss av for alt som passer. Uten kryss spør vi deg ikke."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["invalid_choice", "invalid_list"],
            _("Valget finnes ikke på siden. Velg blant tidene som står her."),
        ),
    )

    def __init__(
        self, data: Any = None, *, appointment: Appointment, bands: Iterable[Band]
    ) -> None:
        super().__init__(data, initial={"bands": appointment.movable_bands})
        self.fields["bands"].choices = [  # type: ignore[attr-defined]
            (band.value, BAND_WORDS[band]) for band in bands
        ]
        self.helper = FormHelper()
        self.helper.form_action = reverse("appointments:movable", args=[appointment.pk])
        self.helper.add_input(Submit("send", _("Lagre svaret"), css_class="ds-button"))

    @property
    def chosen(self) -> list[Band]:
        """The parts of the day that were ticked; only after ``is_valid()``."""
        return [Band(value) for value in self.cleaned_data["bands"]]


def in_words(bands: Iterable[str]) -> list[str]:
    """Return parts of the day in words, in the order of the day."""
    kept = set(bands)
    return [str(BAND_WORDS[band]) for band in Band if band.value in kept]
