"""The free times of a clinic week by week: which week to show, and which of its times first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from appointments.domain.time_bands import Band, band_of
from appointments.domain.wishes import Wishes
from appointments.selectors.places import Place, SessionPlaces, by_week
from appointments.selectors.steering import shown_first
from clinics.domain.calendar import OSLO

# Nobody is led to a later week for a shared vial than so long after the first free time.
STEERED_DAYS = timedelta(days=14)
NO_WISHES = Wishes()


@dataclass(frozen=True)
class Week:
    """A week with free times, as the select offers it. ``query`` leads there."""

    value: str
    number: int
    monday: date
    query: str


@dataclass(frozen=True)
class Weeks:
    """What there is to choose from, and the week that is shown.

    ``found`` are all free times, ``suiting`` those that are wished for, ``shown`` those of the
    week, ``first`` the ones of these to show first.
    """

    found: Sequence[SessionPlaces]
    suiting: Sequence[SessionPlaces]
    weeks: Sequence[Week]
    week: Week | None
    shown: Sequence[SessionPlaces]
    first: Collection[UUID]

    @property
    def shares(self) -> bool:
        """Whether a time that is shown shares a vial."""
        return _shares(self.shown)

    @property
    def sharing_week(self) -> Week | None:
        """The first week with a time that shares a vial, where the one shown has none."""
        if self.shares:
            return None
        return self._week_of(next((one for one in self.suiting if _shares([one])), None))

    @property
    def soonest(self) -> Place | None:
        """The first free time, where it lies in an earlier week than the one shown."""
        if not self.weeks or self.week == self.weeks[0]:
            return None
        return self.suiting[0].places[0]

    @property
    def soonest_query(self) -> str:
        """The address of the first week with a free time."""
        return self.weeks[0].query

    @property
    def takes(self) -> frozenset[str]:
        """What may be chosen: every free time, shown or not."""
        return frozenset(str(place.slot_id) for one in self.found for place in one.places)

    @property
    def days(self) -> set[int]:
        """The weekdays with a free time; Monday is 1."""
        starts = (place.starts_at for one in self.found for place in one.places)
        return {start.astimezone(OSLO).isoweekday() for start in starts}

    @property
    def bands(self) -> set[Band]:
        """The parts of the day with a free time."""
        starts = (place.starts_at for one in self.found for place in one.places)
        return {band_of(start.astimezone(OSLO).time()) for start in starts}

    def _week_of(self, one: SessionPlaces | None) -> Week | None:
        if one is None:
            return None
        return next(week for week in self.weeks if week.value == value_of(one.session.date))


def look_by_week(
    found: Sequence[SessionPlaces],
    *,
    asked: str,
    wishes: Wishes,
    chosen: date | None,
    soonest_first: bool,
    clinic_id: int,
    route: str,
    now: datetime,
) -> Weeks:
    """Choose the week to show: the one asked for, that of the chosen time, or one to begin with.

    To begin with: the first with a time that shares a vial, unless that is long after the first
    free time, or the person should come as soon as can be (``soonest_first``).
    """
    suiting = _suiting(found, wishes)
    grouped = {_value(*key): ones for key, ones in by_week(suiting).items()}
    weeks = [_week(value, wishes) for value in grouped]
    wanted = asked or (value_of(chosen) if chosen else "")
    if wanted not in grouped:
        wanted = _to_begin_with(suiting, soonest_first=soonest_first)
    shown = grouped.get(wanted, [])
    return Weeks(
        found=found,
        suiting=suiting,
        weeks=weeks,
        week=next((week for week in weeks if week.value == wanted), None),
        shown=shown,
        first=shown_first(shown, clinic_id=clinic_id, route=route, now=now),
    )


def value_of(day: date) -> str:
    """Return the week of a day as addresses name it: "2026-48"."""
    return _value(*day.isocalendar()[:2])


def week_of_slot(found: Sequence[SessionPlaces], slot_id: str) -> str:
    """Return the week of a free time; "" when it is not free."""
    for one in found:
        if any(str(place.slot_id) == slot_id for place in one.places):
            return value_of(one.session.date)
    return ""


def _to_begin_with(suiting: Sequence[SessionPlaces], *, soonest_first: bool) -> str:
    if not suiting:
        return ""
    first = suiting[0].session.date
    sharing = next((one.session.date for one in suiting if _shares([one])), first)
    return value_of(first if soonest_first or sharing - first > STEERED_DAYS else sharing)


def _suiting(found: Sequence[SessionPlaces], wishes: Wishes) -> list[SessionPlaces]:
    if not wishes:
        return list(found)
    left = [
        replace(
            one,
            places=tuple(p for p in one.places if wishes.suits(p.starts_at.astimezone(OSLO))),
        )
        for one in found
    ]
    return [one for one in left if one.places]


def _shares(ones: Sequence[SessionPlaces]) -> bool:
    return any(place.shares_vial for one in ones for place in one.places)


def _week(value: str, wishes: Wishes) -> Week:
    year, number = (int(part) for part in value.split("-"))
    return Week(value, number, date.fromisocalendar(year, number, 1), query_of(wishes, week=value))


def query_of(wishes: Wishes = NO_WISHES, *, week: str = "") -> str:
    """Return the part of an address that asks for a week and for what is wished."""
    pairs = [("uke", week)] if week else []
    pairs += [("dag", str(day)) for day in sorted(wishes.days)]
    pairs += [("tid", band.value) for band in Band if band in wishes.bands]
    return f"?{urlencode(pairs)}" if pairs else ""


def _value(year: int, week: int) -> str:
    return f"{year}-{week:02}"
