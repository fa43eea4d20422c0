"""Choosing a time: those that share a vial first, all others one tap away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import Place, SessionPlaces
from clinics.templatetags.oslo_time import clock, day

TAKEN = _("Tiden er ikke ledig lenger. Velg en annen.")


@dataclass(frozen=True)
class DayLabel:
    """The heading of a day's times; ``folded`` ones wait under "all other times"."""

    words: str
    folded: bool

    def __str__(self) -> str:
        return self.words


class SlotForm(forms.Form):
    """The times of a week at a clinic."""

    choices_as = "times"
    folded_label: str = ""

    slot = forms.ChoiceField(
        label=_("Velg en tid"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg en tid"),
            "invalid_choice": TAKEN,
        },
    )

    def __init__(self, *args: Any, found: Iterable[SessionPlaces], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(found)
        first = [_group(one, shared=True, folded=False) for one in found]
        others = [_group(one, shared=False, folded=True) for one in found]
        if not any(times for _label, times in first):
            first, others = [_group(one, shared=False, folded=False) for one in found], []
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (label, times) for label, times in [*first, *others] if times
        ]
        if any(times for _label, times in others):
            self.folded_label = gettext("Vis alle andre tider")
        self.helper = FormHelper()
        self.helper.add_input(Submit("velg", _("Velg tid")))


def _group(
    one: SessionPlaces, *, shared: bool, folded: bool
) -> tuple[DayLabel, list[tuple[str, str]]]:
    places = [place for place in one.places if place.shares_vial == shared]
    return DayLabel(capfirst(day(one.session.date)), folded), [_choice(p) for p in places]


def _choice(place: Place) -> tuple[str, str]:
    return str(place.slot_id), clock(place.starts_at)
