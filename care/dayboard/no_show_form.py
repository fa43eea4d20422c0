"""The form that notes who did not come."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.models import Appointment
from care.dayboard.forms import Choice
from clinics.templatetags.oslo_time import clock

_CHOOSE = _("Kryss av for minst én som ikke kom.")


class NoShowForm(forms.Form):
    """Who did not come, of those who are late."""

    people = forms.TypedMultipleChoiceField(
        label=_("Hvem kom ikke?"),
        coerce=str,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _CHOOSE,
            "invalid_choice": _("En av dem er kommet eller endret nå. Se over listen på nytt."),
        },
    )

    def __init__(
        self, data: Any, *, late: Sequence[tuple[Appointment, int]], **kwargs: Any
    ) -> None:
        """``late``: who is late, and by how many minutes."""
        super().__init__(data, **kwargs)
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), _shown(one, minutes)) for one, minutes in late
        ]


def _shown(appointment: Appointment, minutes: int) -> Choice:
    patient = appointment.patient
    assert patient is not None, "somebody is expected"
    return Choice(
        words=f"{patient.listed_name}, {patient.kept.birth_date.year}",
        hint=ngettext(
            "time %(clock)s, %(minutes)s min over tiden",
            "time %(clock)s, %(minutes)s min over tiden",
            minutes,
        )
        % {"clock": clock(appointment.slot.starts_at), "minutes": minutes},
    )
