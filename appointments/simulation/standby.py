"""Standby people on one day: who is called, who is on the way, who waits for a dose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from appointments.domain.vial_planning import VialPolicy, invite_for_last_vial, invite_now
from appointments.simulation.scenario import OPENING_MIN
from appointments.simulation.world import StandbyDay

CALL_EVERY_MIN = 2  # one is asked at a time, and answers
LEAVES_AFTER_MIN = 30  # without a dose


@dataclass(frozen=True)
class Need:
    """Hold what the day looks like to who calls: counts of people, minutes of the open vial.

    `expected_for_vial`: booked people who are expected while the open vial lives. `drawn` and
    `expiry` are None when no vial is open.
    """

    drawn: int | None
    expiry: int | None
    waiting: int
    expected: int
    expected_for_vial: int


class Standby:
    """The standby list of one day, in its order."""

    def __init__(self, pool: Mapping[int, StandbyDay], policy: VialPolicy) -> None:
        self.pool = dict(pool)
        self.coming: dict[int, int] = {}  # person -> the minute at which they are there
        self.here: list[tuple[int, int]] = []  # since when, person
        self.called_off = 0
        self.in_vain = 0
        self._by_eta = {
            eta: replace(policy, standby_eta=eta) for eta in {day.eta for day in pool.values()}
        }
        self._next_call = 0

    def invite_before(self, minutes: Iterable[int]) -> None:
        """Invite at the cutoff until one person says yes for each minute."""
        for minute in minutes:
            for person in list(self.pool):
                day = self.pool.pop(person)
                if day.accepts:
                    if day.comes:
                        self.coming[person] = minute
                    break

    def arrive(self, now: int) -> None:
        """Let those come who are due, and those leave who have waited too long."""
        patient = [(since, person) for since, person in self.here if now < since + LEAVES_AFTER_MIN]
        self.in_vain += len(self.here) - len(patient)
        self.here = patient
        for person in [who for who, minute in self.coming.items() if minute <= now]:
            del self.coming[person]
            self.here.append((now, person))

    def call(self, now: int, need: Need) -> None:
        """Call the next person who can be there, if a dose is almost certainly left over."""
        if now < self._next_call:
            return
        fastest = min((day.eta for day in self.pool.values()), default=None)
        if fastest is None or not self._wanted(now, need, fastest):
            return
        person = next(who for who, day in self.pool.items() if self._wanted(now, need, day.eta))
        day = self.pool.pop(person)
        self._next_call = now + CALL_EVERY_MIN
        if day.accepts and day.comes:
            self.coming[person] = now + day.eta

    def call_off(self) -> None:
        """Tell those on the way that no dose is left for them."""
        self.called_off += len(self.coming)
        self.coming.clear()

    def close(self) -> None:
        """Send those home who are left when the day is over."""
        self.in_vain += len(self.here)
        self.here.clear()

    def _wanted(self, now: int, need: Need, eta: int) -> bool:
        policy = self._by_eta[eta]
        invited = len(self.here) + len(self.coming)
        if need.drawn is not None and need.expiry is not None:
            remaining, drawn, expiry = need.expected_for_vial, need.drawn, need.expiry
            if invite_now(now, expiry, OPENING_MIN, drawn, remaining, invited, policy):
                return True
        pending = need.waiting + invited
        return invite_for_last_vial(
            now, need.expiry, OPENING_MIN, need.drawn, need.expected, pending, policy
        )
