"""The admin's form that changes, moves or cancels a session with people in it."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import SessionShape, Wish
from appointments.domain.session_series import oslo_moment
from appointments.forms.sessions import (
    ClockInput,
    DayInput,
    check_hours,
    number_field,
    stations_field,
)
from appointments.models import ClinicSession
from clinics.domain.calendar import OSLO

WHAT = [
    (Rearranging.CHANGE.value, _("Endre åpningstid, stasjoner eller hetteglass")),
    (Rearranging.MOVE.value, _("Flytt hele dagen til en annen tid")),
    (Rearranging.CANCEL.value, _("Avlys dagen")),
]
REQUIRED = {
    Rearranging.CHANGE.value: ("opens", "closes", "stations", "vials"),
    Rearranging.MOVE.value: ("to_day", "to_clock"),
    Rearranging.CANCEL.value: (),
}
MISSING = _("Må fylles ut for det du har valgt.")
NO_SUCH_TIME = _("Klokka stilles denne natten, og tidspunktet finnes ikke. Velg et annet.")


class RearrangeForm(forms.Form):
    """What to do with a session, and its new times. What was not touched stays as it is."""

    what = forms.ChoiceField(label=_("Hva skal skje?"), choices=WHAT, widget=forms.RadioSelect)
    opens = forms.TimeField(label=_("Åpner"), widget=ClockInput, required=False)
    closes = forms.TimeField(label=_("Stenger"), widget=ClockInput, required=False)
    stations = stations_field(required=False)
    vials = number_field(_("Hetteglass satt av"), 0, 500, required=False)
    to_day = forms.DateField(label=_("Ny dato"), widget=DayInput, required=False)
    to_clock = forms.TimeField(
        label=_("Ny åpningstid"),
        widget=ClockInput,
        required=False,
        help_text=_("Dagen blir like lang, og alle beholder plassen sin i rekken."),
    )

    def __init__(self, *args: Any, session: ClinicSession, **kwargs: Any) -> None:
        self.session = session
        opens, closes = (one.astimezone(OSLO) for one in (session.starts_at, session.ends_at))
        kwargs["initial"] = {
            "opens": opens.time(),
            "closes": closes.time(),
            "stations": session.stations,
            "vials": session.vials_allotted,
            "to_day": session.date,
            "to_clock": opens.time(),
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Demand what the choice needs, and times that exist."""
        said = super().clean() or {}
        for name in REQUIRED.get(said.get("what", ""), ()):
            if said.get(name) is None and name not in self.errors:
                self.add_error(name, MISSING)
        if self.errors:
            return said
        if said["what"] == Rearranging.CHANGE:
            self._check_change(said)
        elif said["what"] == Rearranging.MOVE and not _exists(said["to_day"], said["to_clock"]):
            self.add_error("to_clock", NO_SUCH_TIME)
        return said

    def wish(self) -> Wish:
        """Return what was asked for."""
        said, session = self.cleaned_data, self.session
        what = Rearranging(said["what"])
        starts_at, ends_at = session.starts_at, session.ends_at
        stations, vials = session.stations, session.vials_allotted
        if what is Rearranging.MOVE:
            starts_at = self._moment("to_clock", said["to_day"], session.starts_at)
        elif what is Rearranging.CHANGE:
            starts_at = self._moment("opens", session.date, session.starts_at)
            ends_at = self._moment("closes", session.ends_at.astimezone(OSLO).date(), ends_at)
            stations, vials = said["stations"], said["vials"]
        return Wish(what, SessionShape(starts_at, ends_at, stations, vials))

    def _check_change(self, said: dict[str, Any]) -> None:
        session = self.session
        if session.ends_at.astimezone(OSLO).date() == session.date:
            check_hours(
                self,
                opens=said["opens"],
                closes=said["closes"],
                slot_minutes=session.slot_minutes,
            )
        for name in ("opens", "closes"):
            if (
                not self.errors
                and name in self.changed_data
                and not _exists(session.date, said[name])
            ):
                self.add_error(name, NO_SUCH_TIME)

    def _moment(self, name: str, day: date, now: datetime) -> datetime:
        """Return a clock of a day; the moment itself when both are as they were.

        In the night when clocks go back, a clock alone does not say which of two moments it is.
        """
        local = now.astimezone(OSLO)
        clock: time = self.cleaned_data[name]
        if (day, clock) == (local.date(), local.time().replace(second=0, microsecond=0)):
            return now
        return oslo_moment(day, clock)


def _exists(day: date, clock: time) -> bool:
    moment = oslo_moment(day, clock)
    back = moment.astimezone(UTC).astimezone(OSLO)
    return timezone.is_aware(moment) and back.time() == clock
