"""Doses that the person tells of: how many, when, why, and whether abroad and documented."""

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.steps import StepValue
from patients.domain.invisible import without_invisible

EARLIEST = date(1900, 1, 1)
# As people write dates in Norway, and as phones let them: some keypads have no full stop.
DATE_FORMATS = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d,%m,%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"]
NOT_A_DATE = _("Skriv en dato som finnes, med dag, måned og år, for eksempel 14.03.1991")
MOST = 2

_NORWAY, _ABROAD_WITH_PAPERS, _ABROAD_WITHOUT = "norway", "abroad_documented", "abroad"
_PLACES = [
    (_NORWAY, _("I Norge")),
    (_ABROAD_WITH_PAPERS, _("I utlandet, og jeg har dokumentasjon")),
    (_ABROAD_WITHOUT, _("I utlandet, uten dokumentasjon")),
]
_INDICATIONS = [
    (Indication.PPV.value, _("For å forebygge")),
    (Indication.PEPV.value, _("Fordi jeg hadde vært nær noen som var syk")),
]


class WrittenDateField(forms.DateField):
    """A date as people write it: also "14. 3. 1991", in digits of any script, or pasted."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            shown = re.sub(r"\s*([.,/-])\s*", r"\1", without_invisible(value))
            value = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in shown)
        return super().to_python(value)


class ToldDosesForm(forms.Form):
    """Earlier doses of this vaccine: none, one or two, with day, reason and place of each."""

    heading = _("Tidligere doser")
    marks_optional = False

    number = forms.TypedChoiceField(
        label=_("Har du fått denne vaksinen før?"),
        choices=[("0", _("Nei")), ("1", _("Ja, én dose")), ("2", _("Ja, to doser eller flere"))],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg om du har fått vaksinen før"),
            "invalid_choice": _("Velg om du har fått vaksinen før"),
        },
    )

    def __init__(
        self, *args: Any, told: StepValue | None, born: date, today: date, **kwargs: Any
    ) -> None:
        doses = told if isinstance(told, tuple) else None
        kwargs["initial"] = _initial(doses)
        super().__init__(*args, **kwargs)
        self.born, self.today = born, today
        for number in range(1, MOST + 1):
            self._add_dose(number)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "number",
            # Shown when the number asks for them; always, in browsers that cannot tell.
            Fieldset(
                _("Den første dosen, hvis du har fått den"), *_names(1), css_class="when-dose-1"
            ),
            Fieldset(
                _("Den andre dosen, hvis du har fått den"), *_names(2), css_class="when-dose-2"
            ),
        )
        self.helper.add_input(Submit("videre", _("Fortsett")))

    def _add_dose(self, number: int) -> None:
        day, why, where = _names(number)
        self.fields[day] = WrittenDateField(
            label=_("Når?"),
            required=False,
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
            error_messages={"invalid": NOT_A_DATE},
        )
        self.fields[why] = forms.ChoiceField(
            label=_("Hvorfor fikk du den?"),
            required=False,
            choices=_INDICATIONS,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Velg hvorfor du fikk dosen")},
        )
        self.fields[where] = forms.ChoiceField(
            label=_("Hvor fikk du den?"),
            required=False,
            choices=_PLACES,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Velg hvor du fikk dosen")},
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told = cleaned.get("number", 0)
        for number in range(1, MOST + 1):
            if number <= told:
                self._check_dose(number)
            else:
                self._leave_out(number)
        first, second = cleaned.get("day_1"), cleaned.get("day_2")
        if cleaned.get("number") == MOST and first and second and second <= first:
            self.add_error("day_2", _("Den andre dosen må være etter den første"))
        return cleaned

    def _leave_out(self, number: int) -> None:
        """Let what is left over from a dose that is taken back stop nobody: it may be hidden."""
        for name in _names(number):
            self.errors.pop(name, None)

    def _check_dose(self, number: int) -> None:
        day, why, where = _names(number)
        missing = {
            day: _("Skriv når du fikk dosen. Er du usikker på dagen, skriv omtrent."),
            why: _("Velg hvorfor du fikk dosen"),
            where: _("Velg hvor du fikk dosen"),
        }
        for name, words in missing.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, words)
        given_on = self.cleaned_data.get(day)
        if given_on and given_on > self.today:
            self.add_error(day, _("Datoen kan ikke være fram i tid"))
        elif given_on and given_on < self.born:
            self.add_error(day, _("Datoen må være etter at du ble født"))

    def value(self) -> tuple[PreviousDose, ...]:
        """Return the doses, first one first; only after ``is_valid()``."""
        return tuple(self._dose(number) for number in range(1, self.cleaned_data["number"] + 1))

    def _dose(self, number: int) -> PreviousDose:
        day, why, where = (self.cleaned_data[name] for name in _names(number))
        return PreviousDose(
            given_on=day,
            indication=Indication(why),
            abroad=where != _NORWAY,
            documented=where != _ABROAD_WITHOUT,
        )


def _names(number: int) -> tuple[str, str, str]:
    return f"day_{number}", f"why_{number}", f"where_{number}"


def _initial(doses: tuple[PreviousDose, ...] | None) -> dict[str, Any]:
    if doses is None:
        return {}
    initial: dict[str, Any] = {"number": len(doses)}
    for number, dose in enumerate(doses, start=1):
        where = _NORWAY
        if dose.abroad:
            where = _ABROAD_WITH_PAPERS if dose.documented else _ABROAD_WITHOUT
        values = (dose.given_on, dose.indication.value, where)
        initial.update(zip(_names(number), values, strict=True))
    return initial
