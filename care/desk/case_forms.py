"""The forms in which a clinician answers a case."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import Place
from care.desk.case_words import OUTCOMES, ROUTES
from clinics.models import Clinic
from clinics.templatetags.oslo_time import clock, day
from eligibility.domain.cases import LONGEST_INTERVAL, SHORTEST_INTERVAL
from eligibility.domain.decision import Course, Outcome, Route
from eligibility.services.cases import REFUSALS
from patients.domain.invisible import without_invisible

LONGEST_TEXT = 2000
NO_TIME = "none"
_NOT_ON_THE_PAGE = _("Valget finnes ikke på siden. Velg ett av dem som står her.")


def _choice(
    label: Any, *, missing: Any, choices: Iterable[tuple[str, Any]] = (), **kwargs: Any
) -> Any:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=list(choices),
        error_messages={"required": missing, "invalid_choice": _NOT_ON_THE_PAGE},
        **kwargs,
    )


class WordsField(forms.CharField):
    """A few sentences, kept line by line without characters that show nothing."""

    def __init__(self, *, missing: Any = "", longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=longest,
            error_messages={
                "required": missing,
                "max_length": _("Teksten er for lang. Skriv høyst %(limit_value)d tegn."),
                "null_characters_not_allowed": _(
                    "Teksten har et tegn som ikke kan lagres. Skriv den på nytt."
                ),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        """Return the words that can be seen."""
        words = super().to_python(value) or ""
        if "\x00" in words:  # the field says so itself
            return words
        return "\n".join(map(without_invisible, words.splitlines())).strip()


class ApproveForm(forms.Form):
    """A course, as suggested unless the clinician says otherwise, and a time for it."""

    doses = _choice(_("Antall doser"), missing=_("Velg antall doser."))
    route = _choice(_("Hvordan dosen gis"), missing=_("Velg hvordan dosen gis."))
    interval = forms.IntegerField(
        label=_("Færre eller flere enn 28 dager mellom dosene"),
        help_text=_("Skriv antall dager bare hvis de 28 ikke skal gjelde: 7 til 365."),
        required=False,
        min_value=SHORTEST_INTERVAL,
        max_value=LONGEST_INTERVAL,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Skriv antall dager med tall, for eksempel 21, eller la feltet stå tomt."),
            "min_value": _("Det må gå minst 7 dager mellom dosene."),
            "max_value": _("Det kan ikke gå mer enn 365 dager mellom dosene."),
        },
    )
    reason = WordsField(
        label=_("Begrunnelse"),
        required=False,
        help_text=_("Må skrives når du velger et annet antall dager. Personen ser den ikke."),
    )
    slot = _choice(_("Når"), missing=_("Velg en time, eller «Ikke bestill nå»."))

    def __init__(
        self, *args: Any, suggested: Course, places: Iterable[Place], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.suggested = suggested
        offered = list(places)
        self._choices("doses", [(str(n), _doses(n)) for n in range(suggested.next_dose, 3)])
        self._choices(
            "route",
            [
                (route.value, capfirst(str(ROUTES[route])))
                for route in Route
                if suggested.route in {route, Route.INTRADERMAL}
            ],
        )
        self._choices(
            "slot",
            [
                *((str(place.slot_id), _time(place)) for place in offered),
                (NO_TIME, _("Ikke bestill nå: personen velger tid selv")),
            ],
        )
        self.initial = {
            "doses": str(suggested.doses),
            "route": suggested.route.value,
            "slot": str(offered[0].slot_id) if offered else NO_TIME,
            **self.initial,
        }

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse an interval without a second dose, and one without a reason."""
        cleaned = self.cleaned_data
        if cleaned.get("interval") is not None:
            if cleaned.get("doses") == "1":
                self.add_error(
                    "interval", _("Én dose har ingen tid mellom doser. La feltet stå tomt.")
                )
            if not cleaned.get("reason") and "reason" not in self.errors:
                self.add_error("reason", _("Skriv hvorfor de 28 dagene ikke skal gjelde."))
        return cleaned

    @property
    def slot_id(self) -> UUID | None:
        """The chosen time; None for none now."""
        chosen = self.cleaned_data["slot"]
        return None if chosen == NO_TIME else UUID(chosen)


class RefuseForm(forms.Form):
    """A no, why, and whether the person reads the words."""

    outcome = _choice(
        _("Svar"),
        missing=_("Velg hva svaret er."),
        choices=[(outcome.value, OUTCOMES[outcome]) for outcome in Outcome if outcome in REFUSALS],
    )
    reason = WordsField(
        label=_("Begrunnelse"), missing=_("Skriv hvorfor personen ikke får tilbud.")
    )
    shown = _choice(
        _("Skal personen kunne lese begrunnelsen?"),
        missing=_("Velg om personen skal kunne lese begrunnelsen."),
        choices=[
            ("yes", _("Ja, vis begrunnelsen på personens egen side")),
            ("no", _("Nei, si bare hva svaret er, og hvem personen kan snakke med")),
        ],
    )


class HandOverForm(forms.Form):
    """The clinic that is to answer, and what the colleagues there should know."""

    clinic = forms.ChoiceField(
        label=_("Hvor saken skal"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg stedet som skal svare."),
            "invalid_choice": _NOT_ON_THE_PAGE,
        },
    )
    note = WordsField(
        label=_("Til kollegaene der"), required=False, help_text=_("Personen ser ikke dette.")
    )

    def __init__(self, *args: Any, clinics: Iterable[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(clinic.pk), f"{clinic.name}, {clinic.city}") for clinic in clinics]
        self.fields["clinic"].choices = offered  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Why a case ends without a decision."""

    reason = WordsField(
        label=_("Hvorfor saken avsluttes"),
        missing=_("Skriv hvorfor saken avsluttes uten en avgjørelse."),
        help_text=_("Personen ser ikke dette."),
    )


def _doses(number: int) -> str:
    return gettext("Én dose") if number == 1 else gettext("To doser")


def _time(place: Place) -> str:
    """Say when it is; a time that shares a planned vial wastes less."""
    when = {"day": capfirst(day(place.starts_at)), "clock": clock(place.starts_at)}
    if place.shares_vial:
        return gettext("%(day)s kl. %(clock)s, deler hetteglass") % when
    return gettext("%(day)s kl. %(clock)s") % when
