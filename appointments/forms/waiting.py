"""What somebody waits for: a free time, a dose on short notice, or both; when, and until when."""

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from appointments.domain.answer_times import QuietHours, may_disturb
from appointments.domain.time_bands import Band
from appointments.forms.checkout import ContactForm, DetailsForm
from appointments.models import WaitingEntry
from appointments.services.waiting import Wish
from clinics.domain.calendar import OSLO, oslo_date
from clinics.templatetags.oslo_time import day

BAND_WORDS: dict[Band, StrOrPromise] = {
    Band.MORNING: _("Morgen, før klokka 11"),
    Band.MIDDAY: _("Midt på dagen, 11 til 14"),
    Band.AFTERNOON: _("Ettermiddag, 14 til 17"),
    Band.EVENING: _("Kveld, etter klokka 17"),
}
WEEKS = (2, 4, 8, 12)
USUAL_WEEKS = 8
ETAS = (15, 30, 45, 60, 90)
TIME, STANDBY = "time", "standby"
YES = "yes"
_HOURS = range(24)


class WishForm(forms.Form):
    """The wish of somebody who waits. What is for short notice shows when it is ticked."""

    marks_optional = False

    wants = forms.MultipleChoiceField(
        label=_("Hva vil du ha beskjed om?"),
        choices=[
            (TIME, _("En ledig time")),
            (STANDBY, _("En plass på kort varsel, samme dag")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"], _("Velg minst én av dem")
        ),
    )
    eta = forms.ChoiceField(
        label=_("Hvor fort kan du være hos oss?"),
        help_text=_("Fra du får meldingen til du står i døra."),
        required=False,
        widget=forms.Select,
        error_messages={"invalid_choice": _("Velg hvor fort du kan være hos oss")},
    )
    quiet_from = forms.ChoiceField(
        label=_("Ikke forstyrr meg fra"),
        help_text=_("Valgfritt. Uten dette kan vi sende melding når som helst i åpningstiden."),
        required=False,
        error_messages={"invalid_choice": _("Velg et klokkeslett")},
    )
    quiet_until = forms.ChoiceField(
        label=_("Ikke forstyrr meg til"),
        required=False,
        error_messages={"invalid_choice": _("Velg et klokkeslett")},
    )
    any_hour = forms.MultipleChoiceField(
        label=_("Sent og tidlig"),
        help_text=_("Uten dette spør vi deg bare mellom klokka 8 og 21."),
        choices=[(YES, _("Spør meg også mellom klokka 21 og 8"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=dict.fromkeys(
            ["invalid_choice", "invalid_list"], _("Kryss av, eller la stå tomt")
        ),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Hvilke dager kan du komme?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"], _("Velg minst én dag")
        ),
    )
    bands = forms.MultipleChoiceField(
        label=_("Når på dagen?"),
        choices=[(band.value, words) for band, words in BAND_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"], _("Velg minst én tid på dagen")
        ),
    )
    until = forms.ChoiceField(
        label=_("Hvor lenge vil du stå på listen?"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvor lenge")),
    )

    def __init__(
        self,
        *args: Any,
        now: datetime,
        entry: WaitingEntry | None = None,
        earlier: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _initial(entry, now) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if earlier:
            self._choices("wants", [(TIME, _("En tidligere time")), _WANTS_STANDBY])
        self._choices("weekdays", [(str(n), capfirst(str(w))) for n, w in WEEKDAYS.items()])
        self._choices(
            "eta",
            [("", _("Velg")), *((str(n), _("%(n)s minutter") % {"n": n}) for n in ETAS)],
        )
        clocks = [("", _("Ingen")), *((str(hour), f"{hour:02}.00") for hour in _HOURS)]
        self._choices("quiet_from", clocks)
        self._choices("quiet_until", clocks)
        self._choices("until", _until_choices(entry, now))
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "wants",
            Div("eta", "quiet_from", "quiet_until", "any_hour", css_class="when-standby"),
            "weekdays",
            "bands",
            "until",
        )
        self.helper.add_input(Submit("videre", _("Lagre") if entry else _("Fortsett")))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if STANDBY not in cleaned.get("wants", []):
            for name in ("eta", "quiet_from", "quiet_until"):
                self.errors.pop(name, None)  # what is wrong in a hidden field stops nobody
                cleaned[name] = ""
            self.errors.pop("any_hour", None)
            cleaned["any_hour"] = []
            return cleaned
        if not cleaned.get("eta") and "eta" not in self.errors:
            self.add_error("eta", _("Velg hvor fort du kan være hos oss"))
        begin, end = cleaned.get("quiet_from", ""), cleaned.get("quiet_until", "")
        if bool(begin) != bool(end):
            missing = "quiet_until" if begin else "quiet_from"
            if missing not in self.errors:
                self.add_error(missing, _("Velg både fra og til, eller ingen av dem"))
        elif begin and begin == end:
            self.add_error("quiet_until", _("Velg et annet klokkeslett enn det du har valgt fra"))
        elif begin and not _some_hour_left(QuietHours(time(int(begin)), time(int(end)))):
            self.add_error(
                "quiet_until", _("Da er det ingen tid vi kan sende melding. Velg færre timer.")
            )
        return cleaned

    @property
    def wish(self) -> Wish:
        """What was wished for; only after ``is_valid()``."""
        cleaned = self.cleaned_data
        return Wish(
            wants_time=TIME in cleaned["wants"],
            standby=STANDBY in cleaned["wants"],
            weekdays=tuple(int(number) for number in cleaned["weekdays"]),
            bands=tuple(Band(band) for band in cleaned["bands"]),
            until=date.fromisoformat(cleaned["until"]),
            eta_minutes=int(cleaned["eta"]) if cleaned["eta"] else None,
            quiet_from=_clock(cleaned["quiet_from"]),
            quiet_until=_clock(cleaned["quiet_until"]),
            any_hour=YES in cleaned["any_hour"],
        )

    def kept(self) -> dict[str, list[str]]:
        """Return what was filled in, to fill the form with again; only after ``is_valid()``."""
        return {
            name: value if isinstance(value, list) else [value]
            for name, value in self.cleaned_data.items()
        }

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


_WANTS_STANDBY = (STANDBY, _("En plass på kort varsel, samme dag"))


class WaitContactForm(ContactForm):
    """How an offer reaches the person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].label = _("Hvor skal vi sende koden og tilbudene?")


class WaitDetailsForm(DetailsForm):
    """Who waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.inputs = []
        self.helper.add_input(Submit("videre", _("Sett meg på ventelisten")))


def _initial(entry: WaitingEntry | None, now: datetime) -> dict[str, Any]:
    if entry is None:
        return {
            "wants": [TIME],
            "weekdays": [str(number) for number in range(7)],
            "bands": [band.value for band in Band],
            "until": _in_weeks(USUAL_WEEKS, now).isoformat(),
        }
    wants = [name for name, on in ((TIME, entry.wants_time), (STANDBY, entry.standby)) if on]
    return {
        "wants": wants,
        "eta": str(entry.eta_minutes or ""),
        "quiet_from": str(entry.quiet_from.hour) if entry.quiet_from else "",
        "quiet_until": str(entry.quiet_until.hour) if entry.quiet_until else "",
        "any_hour": [YES] if entry.patient.kept.any_hour else [],
        "weekdays": [str(number) for number in entry.weekdays],
        "bands": list(entry.bands),
        "until": entry.until.isoformat(),
    }


def _in_weeks(weeks: int, now: datetime) -> date:
    return oslo_date(now) + timedelta(weeks=weeks)


def _until_choices(entry: WaitingEntry | None, now: datetime) -> list[tuple[str, str]]:
    choices = {
        _in_weeks(weeks, now): ngettext("%(n)d uke", "%(n)d uker", weeks) % {"n": weeks}
        for weeks in WEEKS
    }
    if entry is not None and entry.until not in choices:
        choices[entry.until] = gettext("som nå")
    return [
        (
            last.isoformat(),
            gettext("Til %(day)s (%(how_long)s)") % {"day": day(last), "how_long": how_long},
        )
        for last, how_long in sorted(choices.items())
    ]


def _clock(hour: str) -> time | None:
    return time(int(hour)) if hour else None


def _some_hour_left(quiet: QuietHours) -> bool:
    any_day = datetime(2026, 1, 5, tzinfo=OSLO)
    return any(may_disturb(any_day.replace(hour=hour), quiet) for hour in _HOURS)
