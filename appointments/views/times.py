"""The page where a time is chosen, for a new booking and for moving one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appointments.forms.choose import TAKEN, SlotForm
from appointments.models import Slot
from appointments.selectors.places import SessionPlaces, by_week
from appointments.services.case_path import Window
from appointments.services.seats import SlotUnavailableError
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic


@dataclass(frozen=True)
class Week:
    """A week with free times, as the select offers it."""

    value: str
    number: int
    monday: date


def choose_time(
    request: HttpRequest,
    *,
    clinic: Clinic,
    look: Callable[[], list[SessionPlaces]],
    take: Callable[[UUID], HttpResponse],
    back_url: str,
    chosen: Slot | None = None,
    moving: bool = False,
    books_at_once: bool = False,
    tell_me: bool = False,
    window: Window | None = None,
) -> HttpResponse:
    """Show a week's free times and take the one that is chosen.

    ``look`` finds all free times; it is asked again when ``take`` raises SlotUnavailableError, so
    that the page then shows other times. ``chosen`` is the time that was chosen before. The page
    is the first step of a checkout, unless a booking is moved or ``books_at_once``. Without any
    free time it offers to tell the reader of new ones, where ``tell_me``. ``window`` is shown to an
    exposed person.
    """
    found = look()
    week = _asked_week(request, found, chosen)
    form = SlotForm(
        request.POST if request.method == "POST" else None,
        found=_of_week(found, week),
        initial={"slot": chosen.pk} if chosen else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return take(UUID(form.cleaned_data["slot"]))
        except SlotUnavailableError:
            found = look()
            week = _asked_week(request, found, chosen)
            form = SlotForm(request.POST, found=_of_week(found, week))
            if form.is_valid():  # still shown, yet refused: somebody is quicker than the page
                form.add_error("slot", TAKEN)
    shown = _of_week(found, week)
    return render(
        request,
        "appointments/slots.html",
        {
            "form": form,
            "clinic": clinic,
            "weeks": _weeks(found),
            "week": week,
            "shares": any(place.shares_vial for one in shown for place in one.places),
            "back_url": back_url,
            "moving": moving,
            "tell_me": tell_me,
            "begins_checkout": not (moving or books_at_once),
            "window": window,
        },
    )


def _weeks(found: list[SessionPlaces]) -> list[Week]:
    return [
        Week(_value(year, week), week, date.fromisocalendar(year, week, 1))
        for year, week in by_week(found)
    ]


def _asked_week(request: HttpRequest, found: list[SessionPlaces], chosen: Slot | None) -> str:
    """Return the week asked for, else that of the chosen time, else the first; "" for none."""
    offered = [week.value for week in _weeks(found)]
    asked = request.GET.get("uke", "")
    if not asked and chosen:
        asked = _value(*oslo_date(chosen.starts_at).isocalendar()[:2])
    return asked if asked in offered else next(iter(offered), "")


def _value(year: int, week: int) -> str:
    return f"{year}-{week:02}"


def _of_week(found: list[SessionPlaces], week: str) -> list[SessionPlaces]:
    return [
        one
        for (year, number), ones in by_week(found).items()
        if _value(year, number) == week
        for one in ones
    ]
