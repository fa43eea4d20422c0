"""The form in which a nurse gives a person another time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import SessionPlaces
from care.dayboard.forms import LenientChoiceField
from clinics.templatetags.oslo_time import clock, day

CHOOSE = _("Velg en tid")
# Days shown at once: a person at the counter chooses among a few.
DAYS = 6


@dataclass(frozen=True)
class DayOfTimes:
    """The heading of a day's times."""

    words: str
    folded: bool = False

    def __str__(self) -> str:
        return self.words


class NewTimeForm(forms.Form):
    """The free times of the coming days, those that share a vial first."""

    choices_as = "times"

    decision = forms.UUIDField(widget=forms.HiddenInput)
    slot = LenientChoiceField(
        label=_("Når kan personen komme?"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )

    def __init__(self, *args: Any, found: Iterable[SessionPlaces], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (
                DayOfTimes(capfirst(day(one.session.date))),
                [(str(place.slot_id), clock(place.starts_at)) for place in one.places],
            )
            for one in list(found)[:DAYS]
        ]

    def clean_slot(self) -> UUID:
        """Return the slot's key; what is no key is no time."""
        try:
            return UUID(self.cleaned_data["slot"])
        except ValueError:
            raise forms.ValidationError(CHOOSE) from None
