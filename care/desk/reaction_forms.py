"""The forms about reactions after a dose."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from care.desk.case_forms import WordsField
from care.desk.reaction_words import KINDS, OUTCOMES, SERIOUSNESS, THROUGH
from clinics.domain.calendar import OSLO, oslo_date
from eligibility.forms.told_doses import WrittenDateField
from patients.domain.invisible import without_invisible
from vaccinations.domain.reactions import (
    NEEDS_TEXT,
    Kind,
    Outcome,
    Seriousness,
    Step,
    Through,
    fits,
)
from vaccinations.models import Dose
from vaccinations.services.reactions import Told

NOT_ON_THE_PAGE = _("Valget finnes ikke på siden. Velg ett av dem som står her.")
_CLOCK = re.compile(r"(\d{1,2})[.:]?(\d{2})")
_NOT_A_CLOCK = _("Skriv klokkeslettet med tall, for eksempel 17.42, eller la feltet stå tomt.")


def _radio(label: Any, words: Mapping[str, Any], missing: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=list(words.items()),
        error_messages={"required": missing, "invalid_choice": NOT_ON_THE_PAGE},
    )


def day_field(label: Any, *, missing: Any, help_text: Any = "") -> WrittenDateField:
    """Return a field for a day that has been."""
    return WrittenDateField(
        label=label,
        help_text=help_text,
        input_formats=["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d,%m,%Y", "%d%m%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
        error_messages={
            "required": missing,
            "invalid": _("Skriv datoen som dag, måned og år, for eksempel 26.11.2026."),
        },
    )


def reference_field(help_text: Any = "") -> forms.CharField:
    """Return a field for the reference that another system gave."""
    return forms.CharField(
        label=_("Referanse"),
        help_text=help_text,
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "max_length": _("Referansen er for lang. Skriv høyst %(limit_value)d tegn."),
            "null_characters_not_allowed": _(
                "Teksten har et tegn som ikke kan lagres. Skriv den på nytt."
            ),
        },
    )


def key_field() -> forms.UUIDField:
    """Return the key that comes with the page, so that a second press adds nothing."""
    stale = _("Siden var gammel. Se over, og lagre en gang til.")
    return forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": stale, "invalid": stale}
    )


class JudgedForm(forms.Form):
    """How serious it was, and how it ended."""

    seriousness = forms.MultipleChoiceField(
        label=_("Hvor alvorlig var det?"),
        help_text=_("Kryss av for alt som passer. Punktene er de som melde.no spør om."),
        widget=forms.CheckboxSelectMultiple,
        choices=list(SERIOUSNESS.items()),
        error_messages={
            "required": _("Kryss av for «Ikke alvorlig» eller for hvorfor det var alvorlig."),
            "invalid_choice": NOT_ON_THE_PAGE,
        },
    )
    outcome = _radio(_("Hvordan gikk det?"), OUTCOMES, _("Velg hvordan det gikk."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, outcome = cleaned.get("seriousness"), cleaned.get("outcome")
        if not chosen or not outcome:
            return cleaned
        cleaned["seriousness"] = frozenset(map(Seriousness, chosen))
        if Seriousness.NOT_SERIOUS in cleaned["seriousness"] and len(chosen) > 1:
            self.add_error(
                "seriousness", _("Du har krysset av for både alvorlig og «Ikke alvorlig».")
            )
        elif not fits(cleaned["seriousness"], Outcome(outcome)):
            self.add_error(
                "outcome",
                _("Død må stå begge steder: hvor alvorlig det var, og hvordan det gikk."),
            )
        return cleaned


class EndForm(JudgedForm):
    """The end of a sheet."""

    description = WordsField(
        label=_("Hva skjedde?"),
        missing=_("Skriv kort hva som skjedde, slik en kollega forstår det."),
    )
    treatment = WordsField(
        label=_("Behandling"),
        required=False,
        help_text=_("Det som står i arket, blir med uansett. Skriv bare det som mangler."),
    )
    field_order = ["description", "treatment", "seriousness", "outcome"]


class ReactionForm(JudgedForm):
    """A reaction that is over, or that somebody tells of later."""

    key = key_field()
    kind = _radio(_("Hva gjelder det?"), KINDS, _("Velg hva det gjelder."))
    onset_on = day_field(_("Hvilken dag begynte det?"), missing=_("Skriv dagen det begynte."))
    onset_clock = forms.CharField(
        label=_("Klokkeslett"),
        help_text=_("Hvis du vet det, for eksempel 17.42."),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
        error_messages={
            "max_length": _NOT_A_CLOCK,
            "null_characters_not_allowed": _NOT_A_CLOCK,
        },
    )
    description = WordsField(
        label=_("Hva skjedde?"),
        missing=_("Skriv kort hva som skjedde, slik en kollega forstår det."),
    )
    treatment = WordsField(label=_("Behandling"), required=False)
    field_order = [
        *("key", "kind", "onset_on", "onset_clock", "description", "treatment"),
        *("seriousness", "outcome"),
    ]

    def __init__(self, *args: Any, dose: Dose, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dose, self.now = dose, now
        self.initial.setdefault("key", uuid4())

    def clean_onset_clock(self) -> time | None:
        """Return the time of day, None where it is not known."""
        written = without_invisible(self.cleaned_data["onset_clock"])
        if not written:
            return None
        found = _CLOCK.fullmatch(written.strip())
        try:
            return time(int(found[1]), int(found[2])) if found else self._no_clock()
        except ValueError:
            return self._no_clock()

    def _no_clock(self) -> time:
        raise forms.ValidationError(_NOT_A_CLOCK)

    def clean_onset_on(self) -> date:
        """Return the day, from the dose's on."""
        day: date = self.cleaned_data["onset_on"]
        if day > oslo_date(self.now):
            raise forms.ValidationError(_("Dagen kan ikke være fram i tid."))
        if day < oslo_date(self.dose.given_at):
            raise forms.ValidationError(_("Dagen kan ikke være før dosen ble gitt."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, clock = cleaned.get("onset_on"), cleaned.get("onset_clock")
        if day and clock and self.onset(day, clock) > self.now:
            self.add_error("onset_clock", _("Klokkeslettet kan ikke være fram i tid."))
        return cleaned

    @staticmethod
    def onset(day: date, clock: time | None) -> datetime:
        """Return the moment it began; without a time of day the beginning of the day in Oslo."""
        return datetime.combine(day, clock or time(), tzinfo=OSLO)

    @property
    def told(self) -> Told:
        """What was told, of a valid form."""
        given = self.cleaned_data
        return Told(
            kind=Kind(given["kind"]),
            onset_at=self.onset(given["onset_on"], given["onset_clock"]),
            onset_has_time=given["onset_clock"] is not None,
            description=given["description"],
            treatment=given["treatment"],
            seriousness=given["seriousness"],
            outcome=Outcome(given["outcome"]),
        )


class EntryForm(forms.Form):
    """A line in the sheet: a step by one press, or words."""

    key = key_field()
    step = forms.ChoiceField(
        choices=[(step.value, step.value) for step in Step],
        widget=forms.HiddenInput,
        error_messages={"required": NOT_ON_THE_PAGE, "invalid_choice": NOT_ON_THE_PAGE},
    )
    text = WordsField(label=_("Skriv det som skal med: mengde, hva dere ser"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 2
        self.initial.setdefault("key", uuid4())

    @property
    def entry_id(self) -> UUID:
        """The line's key: one press twice is one line, two presses of one page are two."""
        given = self.cleaned_data
        return uuid5(given["key"], given["step"] + given["text"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("step") in NEEDS_TEXT and not cleaned.get("text") and not self.errors:
            missing = {
                Step.ADRENALINE: _("Skriv hvor mye som ble gitt, og hvordan."),
                Step.NOTE: _("Skriv hva som ble gjort eller sett."),
            }
            self.add_error("text", missing[Step(cleaned["step"])])
        return cleaned


class ReportedForm(forms.Form):
    """That a reaction is reported, or why not."""

    through = _radio(_("Er det meldt?"), THROUGH, _("Velg om det er meldt."))
    on = day_field(_("Dato"), missing=_("Skriv dagen det ble meldt eller avgjort."))
    reference = reference_field(_("Den du fikk fra melde.no, hvis du fikk noen."))

    def __init__(self, *args: Any, since: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since, self.today = since, today
        self.initial.setdefault("on", today)

    def clean_on(self) -> date:
        """Return the day, neither before the reaction nor to come."""
        return between(self.cleaned_data["on"], self.since, self.today)

    @property
    def way(self) -> Through:
        """How it was reported, of a valid form."""
        return Through(self.cleaned_data["through"])


def between(day: date, since: date, today: date) -> date:
    """Return a day, or refuse one to come or before something had happened."""
    if day > today:
        raise forms.ValidationError(_("Dagen kan ikke være fram i tid."))
    if day < since:
        raise forms.ValidationError(_("Dagen er for tidlig: det hadde ikke skjedd ennå."))
    return day
