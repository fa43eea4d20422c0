"""The form in which doses are noted as entered in the national register."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from care.desk.reaction_forms import NOT_ON_THE_PAGE, between, day_field, reference_field
from vaccinations.domain.registry import ReportKind


class MarksField(forms.MultipleChoiceField):
    """Doses with what was entered of them: ``<dose>:<kind>``. What is done already passes too."""

    def valid_value(self, value: Any) -> bool:
        """Tell whether it names a dose and a kind."""
        dose_id, _colon, kind = str(value).partition(":")
        try:
            UUID(dose_id)
        except ValueError:
            return False
        return kind in set(ReportKind)


class RegisteredForm(forms.Form):
    """Doses that stand in the register now, with the day and a reference."""

    dose = MarksField(
        label=_("Doser"),
        error_messages={
            "required": _("Kryss av for minst én."),
            "invalid_choice": NOT_ON_THE_PAGE,
        },
    )
    on = day_field(_("Ført dato"), missing=_("Skriv dagen dosene ble ført."))
    reference = reference_field(_("Hvis systemet dere fører i, gir en."))

    def __init__(self, *args: Any, since: Mapping[str, date], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since, self.today = since, today
        self.initial.setdefault("on", today)

    def clean_on(self) -> date:
        """Return the day, neither before one of the doses nor to come."""
        chosen = [
            self.since[mark] for mark in self.cleaned_data.get("dose", ()) if mark in self.since
        ]
        return between(self.cleaned_data["on"], max(chosen, default=date.min), self.today)

    @property
    def marks(self) -> list[tuple[UUID, ReportKind]]:
        """The doses and what was entered of them, of a valid form."""
        parts = [mark.partition(":") for mark in self.cleaned_data["dose"]]
        return [(UUID(dose_id), ReportKind(kind)) for dose_id, _colon, kind in parts]
