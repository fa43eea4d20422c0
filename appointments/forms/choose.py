"""Choosing a time: those that share a vial first, all others one tap away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import SessionPlaces
from clinics.domain.calendar import oslo_date
from clinics.templatetags.oslo_time import clock, day

TAKEN = _("Tiden er ikke ledig lenger. Velg en annen.")


@dataclass(frozen=True)
class DayLabel:
    """The heading of a day's times; ``folded`` ones wait under "all other times"."""

    words: str
    folded: bool

    def __str__(self) -> str:
        return self.words


class SlotField(forms.ChoiceField):
    """The times that are shown; those of other weeks may be chosen too: two tabs, an old page."""

    takes: Collection[str] = ()

    def valid_value(self, value: Any) -> bool:
        """Tell whether the time is free, shown or not."""
        return str(value) in self.takes


class SlotForm(forms.Form):
    """The times of a week at a clinic."""

    choices_as = "times"
    folded_label: str = ""
    folded_open: bool = False

    slot = SlotField(
        label=_("Velg en tid"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg en tid"),
            "invalid_choice": TAKEN,
        },
    )

    def __init__(
        self,
        *args: Any,
        shown: Iterable[SessionPlaces],
        first: Collection[UUID],
        takes: Collection[str],
        **kwargs: Any,
    ) -> None:
        """Show ``first`` of the ``shown`` times, and fold the others; ``takes`` may be chosen."""
        super().__init__(*args, **kwargs)
        shown = list(shown)
        of_first = _groups(shown, first, among=True, folded=False)
        others = _groups(shown, first, among=False, folded=bool(of_first))
        field = self.fields["slot"]
        field.takes = takes  # type: ignore[attr-defined]
        field.choices = [*of_first, *others]  # type: ignore[attr-defined]
        hidden = {value for label, times in others for value, _words in times if label.folded}
        if hidden:
            self.folded_label = gettext("Vis alle andre tider")
            self.folded_open = str(self["slot"].value() or "") in hidden
        self.helper = FormHelper()
        self.helper.add_input(Submit("velg", _("Velg tid")))


def _groups(
    shown: Iterable[SessionPlaces], first: Collection[UUID], *, among: bool, folded: bool
) -> list[tuple[DayLabel, list[tuple[str, str]]]]:
    """Return the times by the day on which they are: a session may go on past midnight."""
    groups: dict[date, list[tuple[str, str]]] = {}
    for one in shown:
        for place in one.places:
            if (place.slot_id in first) == among:
                group = groups.setdefault(oslo_date(place.starts_at), [])
                group.append((str(place.slot_id), clock(place.starts_at)))
    return [(DayLabel(capfirst(day(on)), folded), times) for on, times in groups.items()]
