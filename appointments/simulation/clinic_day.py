"""One clinic day, minute by minute: who comes, when a vial is opened, who gets the doses."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from appointments.domain.vial_planning import VialPolicy, hold_minutes, spare_dose_probability
from appointments.simulation.bookings import Booking
from appointments.simulation.scenario import OPENING_MIN
from appointments.simulation.standby import Need, Standby
from appointments.simulation.world import Fate

GIVEN_UP_MIN = 11  # minutes after their time at which a booked person counts as not coming
STANDBY_PATIENCE_MIN = 10  # for a dose that nobody booked needs; after it they get any that is open
LAST_MINUTE = OPENING_MIN + 30  # who came late is served, and a hold ends


@dataclass
class OpenVial:
    """Hold a vial in use; `doses`, what it turns out to give, is unknown to the rules."""

    doses: int
    expiry: int  # the last minute at which it may be used
    drawn: int = 0


@dataclass
class DayResult:
    """Hold what became of a day. Arrivals of those who got a dose, and their waits, in minutes."""

    vials: list[OpenVial] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    booked_doses: int = 0
    standby: set[int] = field(default_factory=set)  # who of them got a dose
    standby_in_vain: int = 0  # came and got none
    standby_called_off: int = 0
    cancelled_late: int = 0
    stayed_away: int = 0
    failed_screening: int = 0
    sent_home: int = 0


class ClinicDay:
    """A day that is run by the rules of its policy; `standby` is None when nobody is called."""

    def __init__(
        self,
        bookings: Iterable[Booking],
        yields: Sequence[int],
        policy: VialPolicy,
        standby: Standby | None,
    ) -> None:
        self.policy = policy
        self.yields = yields
        self.standby = standby
        self.result = DayResult()
        self.expected: list[Booking] = []
        self.arriving: dict[int, list[Booking]] = defaultdict(list)
        self.waiting: list[int] = []  # since when
        self.hold_until: int | None = None
        for booking in sorted(bookings, key=lambda booking: booking.minute):
            if booking.person.fate is Fate.CANCELS_LATE:
                self.result.cancelled_late += 1
                continue
            self.expected.append(booking)
            if booking.person.fate is Fate.COMES:
                self.arriving[max(0, booking.minute + booking.person.lateness)].append(booking)

    def run(self) -> DayResult:
        """Go through the minutes of the day."""
        for now in range(LAST_MINUTE):
            self._arrive(now)
            self._serve_booked(now)
            if self.standby is not None:
                self.standby.arrive(now)
                self._serve_standby(now, self.standby)
                self._call(now, self.standby)
        self.result.sent_home = len(self.waiting)
        if self.standby is not None:
            self.standby.close()
            self.result.standby_in_vain = self.standby.in_vain
            self.result.standby_called_off = self.standby.called_off
        return self.result

    def _arrive(self, now: int) -> None:
        given_up = [b for b in self.expected if now >= b.minute + GIVEN_UP_MIN]
        self.result.stayed_away += len(given_up)
        for booking in given_up:
            self.expected.remove(booking)
        for booking in self.arriving.pop(now, ()):
            self.expected.remove(booking)
            if booking.person.fails_screening:
                self.result.failed_screening += 1
            else:
                self.waiting.append(now)

    def _vial_in_use(self, now: int) -> OpenVial | None:
        """Return the open vial that expires first. That it is empty shows when a dose is drawn."""
        usable = (v for v in self.result.vials if v.drawn < v.doses and now <= v.expiry)
        return min(usable, key=lambda vial: vial.expiry, default=None)

    def _give(self, vial: OpenVial, since: int, now: int) -> None:
        vial.drawn += 1
        self.result.arrivals.append(since)
        self.result.waits.append(now - since)

    def _serve_booked(self, now: int) -> None:
        while self.waiting:
            vial = self._vial_in_use(now)
            if vial is None:
                if not self._time_to_open(now):
                    return
                vial = OpenVial(self.yields[len(self.result.vials)], now + self.policy.window_min)
                self.result.vials.append(vial)
            self._give(vial, self.waiting.pop(0), now)
            self.result.booked_doses += 1
        self.hold_until = None

    def _time_to_open(self, now: int) -> bool:
        """Say whether to open; a hold, once decided, stands, unless a vial's worth of people wait.

        When it ends, another may follow as long as nobody has waited for too long.
        """
        here = len(self.waiting) + (len(self.standby.here) if self.standby else 0)
        if here >= self.policy.booked_per_vial:
            return True
        if self.hold_until is not None and now < self.hold_until:
            return False
        future = [booking.minute for booking in self.expected]
        hold = hold_minutes(now, self.waiting, future, self.policy)
        self.hold_until = now + hold
        return hold == 0

    def _serve_standby(self, now: int, standby: Standby) -> None:
        while standby.here and (vial := self._vial_in_use(now)):
            since, person = standby.here[0]
            if not self._may_take(vial, now, since):
                return
            del standby.here[0]
            self._give(vial, since, now)
            self.result.standby.add(person)

    def _may_take(self, vial: OpenVial, now: int, since: int) -> bool:
        """Say whether a standby person may take a dose: it is spare, or they have waited enough."""
        last_chance = now >= min(vial.expiry, OPENING_MIN - 1)
        if last_chance or now >= since + STANDBY_PATIENCE_MIN:
            return True
        remaining = self._expected_until(vial.expiry)
        spare = spare_dose_probability(vial.drawn, remaining, 0, self.policy)
        return spare >= self.policy.standby_conf

    def _expected_until(self, minute: int) -> int:
        return sum(booking.minute <= minute for booking in self.expected)

    def _call(self, now: int, standby: Standby) -> None:
        vial = self._vial_in_use(now)
        if vial is None and not self.waiting and not self.expected:
            standby.call_off()
            return
        need = Need(
            drawn=vial.drawn if vial else None,
            expiry=vial.expiry if vial else None,
            waiting=len(self.waiting),
            expected=len(self.expected),
            expected_for_vial=self._expected_until(vial.expiry) if vial else 0,
        )
        standby.call(now, need)
