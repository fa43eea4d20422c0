"""The forms of the end of the day: a vial, thawed vials, fees, ending it, reopening it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appointments.domain.fees import Fee
from appointments.models import Appointment
from patients.domain.invisible import without_invisible
from vaccinations.models import Vial

# What became of the rest of a vial: nothing to draw, or thrown away for a reason.
EMPTY = "empty"
FEES = [
    (Fee.PAID.value, _("Betalt")),
    (Fee.EXEMPT.value, _("Fritatt")),
    (Fee.LATER.value, _("Betaler senere")),
]
_CHOOSE = _("Velg hva som skjedde med resten")
_EXPLAIN = _("Skriv hvorfor glassene ikke ble brukt")


def _seen(written: str, otherwise: Any) -> str:
    """Return what can be seen of some words; refuse words with nothing to see."""
    seen = without_invisible(written).strip()
    if not seen:
        raise forms.ValidationError(str(otherwise))
    return seen


class VialRestForm(forms.Form):
    """What became of what is left in an open vial."""

    rest = forms.ChoiceField(
        label=_("Hva skjedde med resten?"),
        choices=[
            ("", _("Velg")),
            (EMPTY, _("Det var ingen full dose igjen")),
            *((reason, capfirst(words)) for reason, words in Vial.DiscardReason.choices),
        ],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _CHOOSE),
    )


class ThawedForm(forms.Form):
    """Unopened thawed vials that are no good tomorrow, and why they were not used."""

    thawing = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    vials = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1000)
    note = forms.CharField(
        label=_("Hvorfor ble de ikke brukt?"),
        max_length=500,
        error_messages={"required": _EXPLAIN},
    )

    def clean_note(self) -> str:
        """Return what can be seen of it."""
        return _seen(self.cleaned_data["note"], _EXPLAIN)


class FeesForm(forms.Form):
    """What each vaccinated person has done about the fee; who is left out is asked later."""

    # A button's, with no field of its own to go back to.
    rest = forms.ChoiceField(
        choices=[("", ""), *FEES],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Velg en av mulighetene")},
    )

    def __init__(self, *args: Any, people: Iterable[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of = {f"fee_{one.pk}": one.pk for one in people}
        self.fields |= {
            name: forms.ChoiceField(
                choices=FEES,
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": _("Velg en av mulighetene")},
            )
            for name in self._of
        }
        for one in people:
            self.fields[f"fee_{one.pk}"].label = one.patient.listed_name if one.patient else ""

    @property
    def people(self) -> list[forms.BoundField]:
        """The fields of the people, in their order."""
        return [self[name] for name in self._of]

    def fees(self) -> dict[UUID, Fee]:
        """Return what was said, by appointment; only of a valid form."""
        rest = self.cleaned_data["rest"]
        said = {pk: self.cleaned_data[name] or rest for name, pk in self._of.items()}
        return {pk: Fee(fee) for pk, fee in said.items() if fee}


class EndForm(forms.Form):
    """The last word: where cases wait, somebody says that the clinician knows."""

    cases_told = forms.BooleanField(label=_("Legen vet om sakene som står igjen"), required=False)


class ReopenForm(forms.Form):
    """Why a day that is ended is opened again."""

    closing = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Hvorfor må dagen åpnes igjen?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": _("Skriv hvorfor dagen må åpnes igjen")},
    )

    def clean_reason(self) -> str:
        """Return what can be seen of it."""
        return _seen(self.cleaned_data["reason"], _("Skriv hvorfor dagen må åpnes igjen"))
