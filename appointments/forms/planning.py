"""The admin's form of a clinic's own planning numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from appointments.domain.vial_planning import VialPolicy
from appointments.models import PLANNING_BOUNDS, PlanningNumbers
from appointments.services.policies import planning_faults

DEFAULTS = VialPolicy(window_min=1)


class PlanningForm(forms.ModelForm[PlanningNumbers]):
    """Whole numbers; an empty field leaves a number at its default, which the field names."""

    class Meta:
        model = PlanningNumbers
        fields = ["clinic", *PLANNING_BOUNDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in PLANNING_BOUNDS.items():
            if name not in self.fields:
                continue
            field = self.fields[name]
            field.widget = forms.NumberInput(attrs={"min": least, "max": most})
            field.help_text = _("%(what)s Tomt felt betyr %(number)d.") % {
                "what": field.help_text,
                "number": getattr(DEFAULTS, name),
            }

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that make no policy, each at its field and with what to do."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in planning_faults({name: said.get(name) for name in PLANNING_BOUNDS}):
            self.add_error(name, refusal_of(name, said))
        return said


def refusal_of(name: str, said: dict[str, Any]) -> str:
    """Say what is wrong with a number, and what it can be."""
    least, most = PLANNING_BOUNDS[name]
    if least <= said[name] <= most:
        shared = said.get("booked_per_vial") or DEFAULTS.booked_per_vial
        return _(
            "Tallet kan ikke være høyere enn antallet personer per glass, som er %(number)d. "
            "Skriv et lavere tall, eller la flere dele glasset."
        ) % {"number": shared}
    return _("Skriv et helt tall fra %(least)d til %(most)d, eller la feltet stå tomt.") % {
        "least": least,
        "most": most,
    }
