"""The weeks before: people ask for a time, get one by the rules of offering, and cancel."""

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf

from appointments.domain.vial_planning import VialPolicy, deltas, expected_joiners, shortlist
from appointments.simulation.scenario import CUTOFF_BEFORE_DAY, SLOTS, Conduct
from appointments.simulation.world import CAN_COME_THAT_DAY, POPULARITY, Fate, Person, World

RECENT_DAYS = 7  # over which the rate of bookings is counted

Place = tuple[int, int]  # clinic day, minute


@dataclass
class Booking:
    """Hold a person's place; `wanted`: it is one of the times they asked for."""

    person: Person
    day: int
    minute: int
    wanted: bool = True
    moved: bool = False


@dataclass
class DayBook:
    """The bookings of one clinic day, and what one more person there would cost."""

    stations: int
    policy: VialPolicy
    bookings: list[Booking] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    _deltas: dict[int, int] | None = None

    def add(self, booking: Booking) -> None:
        """Give a person a seat."""
        self.bookings.append(booking)
        insort(self.times, booking.minute)
        self.taken[booking.minute] += 1
        self._deltas = None

    def remove(self, booking: Booking) -> None:
        """Free a person's seat."""
        self.bookings.remove(booking)
        del self.times[bisect_left(self.times, booking.minute)]
        self.taken[booking.minute] -= 1
        self._deltas = None

    def move(self, booking: Booking, minute: int) -> None:
        """Give a person another time of the day."""
        self.remove(booking)
        booking.minute, booking.moved = minute, True
        self.add(booking)

    def free(self, minutes: Iterable[int]) -> list[int]:
        """Return which of the minutes have a free seat."""
        return [minute for minute in minutes if self.taken[minute] < self.stations]

    def delta(self, minute: int) -> int:
        """Say whether one more person at the minute opens a new vial; kept until a change."""
        if self._deltas is None:
            self._deltas = deltas(self.times, SLOTS, self.policy)
        return self._deltas[minute]


class Diary:
    """All days of a period, filled by one conduct of the clinic."""

    def __init__(self, world: World, conduct: Conduct) -> None:
        self.scenario = world.scenario
        self.steers = conduct.steers
        self.policy = conduct.rules(world.scenario)
        self.days = [
            DayBook(self.scenario.stations, self.policy) for _ in range(self.scenario.days)
        ]
        self.made: list[Booking] = []
        self.refused = 0  # nobody's fault: no free time on a day they can come
        self.cancelled = 0
        self._asking = deque(world.people)
        self._cancelling: list[tuple[float, int, Booking]] = []
        self._order = count()
        self._recent: deque[float] = deque()

    def cutoff_of(self, day: int) -> float:
        """Return the moment, in days from the release, after which a day takes no bookings."""
        return self.scenario.lead + day - CUTOFF_BEFORE_DAY

    def live_until(self, moment: float) -> None:
        """Let everybody ask and cancel who does so before a moment, in the order of time."""
        while True:
            asks = self._asking[0].asked_at if self._asking else inf
            cancels = self._cancelling[0][0] if self._cancelling else inf
            if min(asks, cancels) >= moment:
                return
            if cancels <= asks:
                booking = heappop(self._cancelling)[2]
                self.days[booking.day].remove(booking)
                self.cancelled += 1
            else:
                self._ask(self._asking.popleft())

    def _ask(self, person: Person) -> None:
        booking = self.book(person)
        if booking is None:
            self.refused += 1
            return
        self.made.append(booking)
        self._recent.append(person.asked_at)
        if person.fate is Fate.CANCELS:
            left = self.cutoff_of(booking.day) - person.asked_at
            at = person.asked_at + person.notice * left
            heappush(self._cancelling, (at, next(self._order), booking))

    def book(self, person: Person) -> Booking | None:
        """Give a person one of the times they want, or another on a day they can come."""
        open_days = [day for day in person.days if person.asked_at < self.cutoff_of(day)]
        places = self._free(open_days, range(*person.band, SLOTS.step))
        wanted = bool(places)
        if not wanted:
            places = self._free(open_days, SLOTS)
        if not places:
            return None
        if self.steers and person.follows_shortlist:
            places = self._shortlist(places, person.asked_at)
        day, minute = places[int(person.taste * len(places))]
        booking = Booking(person, day, minute, wanted)
        self.days[day].add(booking)
        return booking

    def _free(self, days: Iterable[int], minutes: range) -> list[Place]:
        return [(day, minute) for day in days for minute in self.days[day].free(minutes)]

    def _shortlist(self, places: list[Place], now: float) -> list[Place]:
        while self._recent and self._recent[0] < now - RECENT_DAYS:
            self._recent.popleft()
        rate = CAN_COME_THAT_DAY * len(self._recent) / min(RECENT_DAYS, max(1.0, now))

        def delta(place: Place) -> int:
            day, minute = place
            return self.days[day].delta(minute)

        def joiners(place: Place) -> float:
            day, minute = place
            days_left = self.cutoff_of(day) - now
            return expected_joiners(days_left, minute, rate, POPULARITY, self.policy)

        return shortlist(places, delta, joiners, self.policy)
