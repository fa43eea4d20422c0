"""Doses that the person tells of: how many, when, why, where, and whether documented."""

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.steps import StepValue
from patients.domain.invisible import without_invisible

EARLIEST = date(1900, 1, 1)
# As people write dates in Norway, and as phones let them: some keypads have no full stop.
DATE_FORMATS = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d,%m,%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"]
NOT_A_DATE = _("Skriv en dato som finnes, med dag, måned og år, for eksempel 14.03.1991")
# No course has more than two doses; four leave room for some that do not count (A8).
MOST = 4

# Abroad or not, documented or not (R40, A8).
_PLACES: dict[str, tuple[StrOrPromise, bool, bool]] = {
    "norway": (_("I Norge, og den står på Helsenorge eller på papir"), False, True),
    "norway_undocumented": (_("I Norge, uten dokumentasjon"), False, False),
    "abroad_documented": (_("I utlandet, og jeg har dokumentasjon"), True, True),
    "abroad": (_("I utlandet, uten dokumentasjon"), True, False),
}
_INDICATIONS = [
    (Indication.PPV.value, _("For å forebygge")),
    (Indication.PEPV.value, _("Fordi jeg hadde vært nær noen som var syk")),
]
_LEGENDS = (
    _("Den første dosen"),
    _("Den andre dosen"),
    _("Den tredje dosen"),
    _("Den fjerde dosen"),
)


class WrittenDateField(forms.DateField):
    """A date as people write it: also "14. 3. 1991", in digits of any script, or pasted."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            shown = re.sub(r"\s*([.,/-])\s*", r"\1", without_invisible(value))
            value = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in shown)
        return super().to_python(value)


class ToldDosesForm(forms.Form):
    """Earlier doses of this vaccine: up to four, with day, reason, place and papers of each.

    A dose that was told of before can be taken out; those after it move up.
    """

    heading = _("Tidligere doser")
    marks_optional = False

    number = forms.TypedChoiceField(
        label=_("Har du fått denne vaksinen før?"),
        help_text=_(
            "Ta med doser fra utlandet og fra andre steder i Norge. Vi lagrer dem med timen, så "
            "sykepleieren kan sjekke dem."
        ),
        choices=[
            ("0", _("Nei")),
            ("1", _("Ja, én dose")),
            ("2", _("Ja, to doser")),
            ("3", _("Ja, tre doser")),
            ("4", _("Ja, fire doser eller flere")),
        ],
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
        # With one dose, none before it is to be taken out: "no" says that.
        self.removable = len(doses) if doses is not None and len(doses) > 1 else 0
        for number in range(1, MOST + 1):
            self._add_dose(number)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "number",
            # Shown when the number asks for them; always, in browsers that cannot tell.
            *(
                Fieldset(
                    legend,
                    *(name for name in (*_names(number), _out(number)) if name in self.fields),
                    css_class=f"when-dose-{number}",
                )
                for number, legend in enumerate(_LEGENDS, start=1)
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
            choices=[(value, words) for value, (words, *_rest) in _PLACES.items()],
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Velg hvor du fikk dosen")},
        )
        if number <= self.removable:
            self.fields[_out(number)] = forms.BooleanField(
                label=_("Ta bort denne dosen"), required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told = cleaned.get("number", 0)
        for number in range(1, MOST + 1):
            if number <= told and not cleaned.get(_out(number)):
                self._check_dose(number)
            else:
                self._leave_out(number)
        self._refuse_two_on_a_day()
        return cleaned

    def _leave_out(self, number: int) -> None:
        """Let what is left over from a dose that is taken back stop nobody: it may be hidden."""
        for name in _names(number):
            self.errors.pop(name, None)

    def _refuse_two_on_a_day(self) -> None:
        days = set()
        for number in self._told():
            day = self.cleaned_data.get(_names(number)[0])
            if day is not None and day in days:
                self.add_error(_names(number)[0], _("Du har skrevet to doser på samme dag"))
            days.add(day)

    def _told(self) -> list[int]:
        """Return the numbers of the doses that stay."""
        told = self.cleaned_data.get("number", 0)
        return [n for n in range(1, told + 1) if not self.cleaned_data.get(_out(n))]

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
        """Return the doses, first one first in whatever order; only after ``is_valid()``."""
        doses = (self._dose(number) for number in self._told())
        return tuple(sorted(doses, key=lambda dose: dose.given_on))

    def _dose(self, number: int) -> PreviousDose:
        day, why, where = (self.cleaned_data[name] for name in _names(number))
        _words, abroad, documented = _PLACES[where]
        return PreviousDose(
            given_on=day, indication=Indication(why), abroad=abroad, documented=documented
        )


def _names(number: int) -> tuple[str, str, str]:
    return f"day_{number}", f"why_{number}", f"where_{number}"


def _out(number: int) -> str:
    return f"out_{number}"


def _place_of(dose: PreviousDose) -> str:
    return next(
        value
        for value, (_words, abroad, documented) in _PLACES.items()
        if (abroad, documented) == (dose.abroad, dose.documented)
    )


def _initial(doses: tuple[PreviousDose, ...] | None) -> dict[str, Any]:
    if doses is None:
        return {}
    initial: dict[str, Any] = {"number": len(doses)}
    for number, dose in enumerate(doses, start=1):
        values = (dose.given_on, dose.indication.value, _place_of(dose))
        initial.update(zip(_names(number), values, strict=True))
    return initial
