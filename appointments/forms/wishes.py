"""Which days and times of day to show; its answers lie in the address."""

from collections.abc import Iterable

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appointments.domain.time_bands import Band
from appointments.domain.wishes import Wishes

# By the clock: what "afternoon" means differs between people.
BAND_WORDS = {
    Band.MORNING: _("Før kl. 11"),
    Band.MIDDAY: _("Kl. 11–14"),
    Band.AFTERNOON: _("Kl. 14–17"),
    Band.EVENING: _("Etter kl. 17"),
}


class WishForm(forms.Form):
    """The weekdays and parts of the day that there are free times in."""

    marks_optional = False

    dag = forms.MultipleChoiceField(
        label=_("Dager"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tid = forms.MultipleChoiceField(
        label=_("Tid på dagen"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *, days: Iterable[int], bands: Iterable[Band], wishes: Wishes) -> None:
        super().__init__(
            initial={
                "dag": [str(day) for day in sorted(wishes.days)],
                "tid": [band.value for band in Band if band in wishes.bands],
            }
        )
        offered_days = sorted({*days} | wishes.days)
        offered_bands = [band for band in Band if band in {*bands} | wishes.bands]
        self.fields["dag"].choices = [  # type: ignore[attr-defined]
            (str(day), capfirst(str(WEEKDAYS[day - 1]))) for day in offered_days
        ]
        self.fields["tid"].choices = [  # type: ignore[attr-defined]
            (band.value, BAND_WORDS[band]) for band in offered_bands
        ]
        if len(offered_days) < 2 and not wishes.days:
            del self.fields["dag"]
        if len(offered_bands) < 2 and not wishes.bands:
            del self.fields["tid"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def in_words(self) -> list[str]:
        """Return what is asked for, in words."""
        return [
            str(label)
            for name, field in self.fields.items()
            for value, label in field.choices  # type: ignore[attr-defined]
            if value in self.initial[name]
        ]
