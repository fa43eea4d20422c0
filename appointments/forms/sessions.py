"""The admin's form of one session."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.session_series import Opening, oslo_moment
from appointments.models import ClinicSession
from appointments.services.session_changes import SessionChanges
from clinics.domain.calendar import OSLO

GROUPS = [(1, _("Gruppe 1")), (2, _("Gruppe 2")), (3, _("Gruppe 3"))]
CLOSES_TOO_EARLY = _("Stengetiden må være etter åpningstiden, med plass til minst én time.")
BEGUN = _("Tiden er allerede passert. Velg en dag eller et klokkeslett fram i tid.")


class DayInput(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own choice of a time of day."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """The browser's own choice of a day and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def number_field(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    """Make a field for a whole number from ``least`` to ``most``."""
    return forms.IntegerField(
        label=label,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        widget=forms.NumberInput(attrs={"min": least, "max": most}),
        **options,
    )


def stations_field(**options: Any) -> forms.IntegerField:
    """Make the field for how many people can come at the same time."""
    help_text = _("Så mange kan komme til samme tid.")
    return number_field(_("Stasjoner"), 1, 20, help_text=help_text, **options)


def minutes_field(**options: Any) -> forms.IntegerField:
    """Make the field for how long a time lasts."""
    return number_field(_("Minutter per time"), 1, 120, **options)


def vials_field(**options: Any) -> forms.IntegerField:
    """Make the field for the vials set aside."""
    help_text = _("Ingen kan bestille en time som trenger flere hetteglass enn dette.")
    return number_field(_("Hetteglass satt av"), 0, 500, help_text=help_text, **options)


def groups_field(**options: Any) -> forms.TypedMultipleChoiceField:
    """Make the field for the groups that may book."""
    return forms.TypedMultipleChoiceField(
        label=_("Grupper som kan bestille"),
        choices=GROUPS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


def check_hours(form: forms.BaseForm, *, opens: time, closes: time, slot_minutes: int) -> None:
    """Add an error where the closing time leaves no room for a single time."""
    minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    if minutes < slot_minutes:
        form.add_error("closes", CLOSES_TOO_EARLY)


class SessionForm(forms.ModelForm[ClinicSession]):
    """A new session, or what may be changed in one: the admin takes away what may not.

    Fields carry what they showed when the page was made, so that only what the user changed is
    changed, whatever a colleague did meanwhile.
    """

    date = forms.DateField(label=_("Dato"), widget=DayInput)
    opens = forms.TimeField(label=_("Åpner"), widget=ClockInput, show_hidden_initial=True)
    closes = forms.TimeField(label=_("Stenger"), widget=ClockInput, show_hidden_initial=True)
    stations = stations_field(show_hidden_initial=True)
    slot_minutes = minutes_field(show_hidden_initial=True)
    vials_allotted = vials_field(show_hidden_initial=True)
    offered_groups = groups_field(show_hidden_initial=True)
    cutoff_at = forms.DateTimeField(
        label=_("Frist for planlegging"),
        widget=MomentInput,
        help_text=_("Etter fristen spør vi ingen om å bytte tid for å fylle hetteglassene."),
        show_hidden_initial=True,
    )

    class Meta:
        model = ClinicSession
        fields = [
            "clinic",
            "product",
            "date",
            "stations",
            "slot_minutes",
            "vials_allotted",
            "offered_groups",
            "cutoff_at",
        ]

    # What the service said no to, as (field or None, words): the admin sets it and asks again.
    refused: tuple[str | None, str | Promise] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = self.instance
        if not session._state.adding:  # noqa: SLF001 - Django's own way to ask
            self.initial["opens"] = session.starts_at.astimezone(OSLO).time()
            self.initial["closes"] = session.ends_at.astimezone(OSLO).time()

    def clean(self) -> dict[str, Any]:
        """Check hours against each other, and say what the service refused."""
        said = {**(super().clean() or {})}
        opens, closes, minutes = (
            self._now_or_then(name) for name in ("opens", "closes", "slot_minutes")
        )
        hours_given = "opens" in said and "closes" in said
        if hours_given and minutes and {"opens", "closes", "slot_minutes"} & set(self.changed_data):
            check_hours(self, opens=opens, closes=closes, slot_minutes=minutes)
        if "date" in said and opens and oslo_moment(said["date"], opens) <= timezone.now():
            self.add_error("date", BEGUN)
        if self.refused and not self.errors:
            field, words = self.refused
            self.add_error(field if field in self.fields else None, str(words))
        return said

    def opening(self) -> tuple[datetime, datetime]:
        """Return when the session opens and closes."""
        said = self.cleaned_data
        day = said.get("date") or self.instance.date
        return Opening(said["opens"], said["closes"]).on(day)

    def changes(self) -> SessionChanges:
        """Return what the user changed."""
        changed = {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name not in {"opens", "closes"}
        }
        if {"opens", "closes"} & set(self.changed_data):
            changed["starts_at"], changed["ends_at"] = self.opening()
        return SessionChanges(**changed)

    def _now_or_then(self, name: str) -> Any:
        return self.cleaned_data.get(name) or getattr(self.instance, name, None)
