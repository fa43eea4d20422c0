"""The forms that enter a day from paper: a vial, and a line for each person."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from care.dayboard.paper_words import REASON_WANTED
from care.services.paper import DoseOnPaper, VisitOnPaper
from care.services.vaccination import asked_today
from clinics.domain.calendar import OSLO
from clinics.models import Staff
from vaccinations.models import Dose, Lot, Vial

_TIME = re.compile(r"^\s*(\d{1,2})[.:]?(\d{2})\s*$")
_WRITE_TIME = _("Skriv klokkeslettet som 16.40")


class ClockField(forms.CharField):
    """A time of day as it is written on paper: 16.40, 16:40 or 1640."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return a time, or None where nothing was written."""
        written = super().clean(value)
        if not written:
            return None
        found = _TIME.match(written)
        try:
            return time(int(found[1]), int(found[2])) if found else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> time:
        raise forms.ValidationError(_WRITE_TIME)


def on_day(session: ClinicSession, clock: time) -> datetime:
    """Return the moment of a session's day; of the day after where it runs past midnight."""
    moment = datetime.combine(session.date, clock, tzinfo=OSLO)
    next_day = datetime.combine(session.date + timedelta(days=1), clock, tzinfo=OSLO)
    return next_day if moment < session.starts_at and next_day <= session.ends_at else moment


class PaperVialForm(forms.Form):
    """A vial that was opened: its letter, lot and the real time."""

    letter = forms.RegexField(
        regex=r"^[A-Za-z]{1,2}$",
        label=_("Bokstav"),
        widget=forms.TextInput(attrs={"size": "3", "autocomplete": "off"}),
        error_messages=dict.fromkeys(["required", "invalid"], _("Skriv bokstaven på glasset")),
    )
    lot = forms.ModelChoiceField(
        label=_("Lot"),
        queryset=Lot.objects.none(),
        empty_label=_("Velg"),
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg loten som står på glasset")
        ),
    )
    opened = ClockField(label=_("Åpnet klokka"), error_messages={"required": _WRITE_TIME})

    def __init__(self, *args: Any, lots: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]

    def clean_letter(self) -> str:
        """Return the letter in capitals."""
        letter: str = self.cleaned_data["letter"]
        return letter.upper()


class PaperRowForm(forms.Form):
    """A person's line of the sheet. Nothing but who gave the dose is filled in beforehand."""

    missed = forms.BooleanField(label=_("Ikke møtt"), required=False)
    came = ClockField(label=_("Kom klokka"), required=False)
    id_seen = forms.BooleanField(label=_("ID sett"), required=False)
    all_no = forms.BooleanField(label=_("Nei på alt"), required=False)
    vial = forms.ChoiceField(
        label=_("Glass"),
        required=False,
        error_messages={"invalid_choice": _("Velg et glass fra listen")},
    )
    site = forms.ChoiceField(
        label=_("Arm"),
        required=False,
        choices=[
            ("", "–"),
            (Dose.Site.LEFT_ARM.value, _("Venstre")),
            (Dose.Site.RIGHT_ARM.value, _("Høyre")),
        ],
        error_messages={"invalid_choice": _("Velg arm")},
    )
    given = ClockField(label=_("Gitt klokka"), required=False)
    vaccinator = forms.ChoiceField(
        label=_("Av"),
        required=False,
        error_messages={"invalid_choice": _("Velg hvem som ga dosen")},
    )
    reason = forms.CharField(label=_("Noe utenom? Hvorfor"), max_length=500, required=False)

    def __init__(
        self,
        data: Any,
        *,
        appointment: Appointment,
        vials: Sequence[Vial],
        staff: Iterable[Staff],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, prefix=str(appointment.pk), **kwargs)
        self.appointment = appointment
        self.is_here = appointment.status == Status.ARRIVED
        self.fields["vial"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((str(vial.pk), vial.letter) for vial in vials),
        ]
        self.fields["vaccinator"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((str(one.pk), one.name) for one in staff),
        ]
        if self.is_here:
            for name in ("came", "id_seen", "missed"):
                del self.fields[name]
        if appointment.status == Status.NO_SHOW:
            del self.fields["missed"]

    @property
    def filled(self) -> bool:
        """Whether anything of the line was entered; who gave the dose stands there beforehand."""
        return any(
            self.data.get(self.add_prefix(name), "").strip()
            for name in self.fields
            if name != "vaccinator"
        )

    @property
    def did_not_come(self) -> bool:
        """Whether the person is entered as not come; only of a valid form."""
        return bool(self.cleaned_data.get("missed"))

    def clean(self) -> dict[str, Any]:
        """Check that the line makes sense as a whole."""
        data = self.cleaned_data
        if data.get("missed"):
            if any(data.get(name) for name in ("came", "id_seen", "all_no", "vial", "given")):
                self.add_error("missed", _("Fjern «Ikke møtt», eller tøm resten av linjen"))
            return data
        if not self.is_here:
            if not data.get("came") and "came" not in self.errors:
                self.add_error("came", _("Skriv når personen kom"))
            if not data.get("id_seen"):
                self.add_error("id_seen", _("Kryss av for at gyldig legitimasjon ble sett"))
        if any(data.get(name) for name in ("vial", "site", "given")):
            for name, words in (
                ("vial", _("Velg glasset dosen kom fra")),
                ("site", _("Velg arm")),
                ("given", _("Skriv når dosen ble gitt")),
                ("vaccinator", _("Velg hvem som ga dosen")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
            if not (self._asked(data) or data.get("reason") or "reason" in self.errors):
                self.add_error("reason", str(REASON_WANTED))
        return data

    def _asked(self, data: dict[str, Any]) -> bool:
        """Tell whether the questions are on the line, or were answered at this visit before."""
        visit = self.appointment
        return bool(data.get("all_no")) or asked_today(visit.decision, visit.slot.starts_at)

    def visit(self, session: ClinicSession) -> VisitOnPaper:
        """Return the line; only of a valid form of somebody who came."""
        data = self.cleaned_data
        came_at = self.appointment.arrived_at if self.is_here else on_day(session, data["came"])
        assert came_at is not None
        dose = None
        if data["vial"]:
            dose = DoseOnPaper(
                vial_id=UUID(data["vial"]),
                site=data["site"],
                given_at=on_day(session, data["given"]),
                vaccinator_id=int(data["vaccinator"]),
                reason=data["reason"],
            )
        return VisitOnPaper(self.appointment.pk, came_at, data["all_no"], dose)


def lots_of(session: ClinicSession) -> Any:
    """Return the lots of a session's vaccine at its clinic, the last to expire on top."""
    lots = Lot.objects.filter(clinic_id=session.clinic_id, product_id=session.product_id)
    return lots.order_by("-expires_on", "number")


def vials_of_day(session: ClinicSession) -> list[Vial]:
    """List the clinic's vials of a session's day by letter."""
    vials = Vial.objects.filter(clinic_id=session.clinic_id, day=session.date)
    return sorted(vials.select_related("lot"), key=lambda vial: (len(vial.letter), vial.letter))
