"""Who is offered what next: the priority group, then the time waited, decides.

Nobody is passed over without a reason, and the reason is the first rule that fails, those that last
before those that pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from appointments.domain.answer_times import (
    QuietHours,
    may_be_read,
    may_disturb,
    standby_answer_by,
    time_answer_by,
)
from appointments.domain.time_bands import Band, band_of
from appointments.domain.waiting import OfferKind, SkipReason
from clinics.domain.calendar import OSLO, oslo_date

# Whoever has no group goes first: a second dose completes what was begun, and without a group the
# first one is a clinician's word, mostly after exposure.
WITHOUT_GROUP = 0
SHARED_VIAL_ROUTE = "intradermal"


@dataclass(frozen=True)
class Waiter:
    """Somebody on the list, as the rules see them.

    ``rank`` orders the groups, the lowest first. ``group`` is the one whose times they may have,
    None for any. ``earlier_than`` is the time they have already. ``asked_in`` are the sessions in
    which they let an offer of a kind go.
    """

    entry_id: UUID
    rank: int
    joined_at: datetime
    group: int | None
    route: str
    wants_time: bool = True
    standby: bool = False
    weekdays: frozenset[int] = frozenset(range(7))
    bands: frozenset[Band] = frozenset(Band)
    not_before: date | None = None
    earlier_than: datetime | None = None
    eta_minutes: int | None = None
    quiet: QuietHours | None = None
    reachable: bool = True
    stopped: bool = False
    # A dose that is left over may be offered at night, too.
    any_hour: bool = False
    has_offer: bool = False
    asked_in: frozenset[tuple[OfferKind, UUID]] = field(default_factory=frozenset)

    @property
    def place_in_line(self) -> tuple[int, datetime, UUID]:
        """What the line is ordered by."""
        return (self.rank, self.joined_at, self.entry_id)


@dataclass(frozen=True)
class Chance:
    """What can be offered now. ``limit`` is when a standby person is too late."""

    kind: OfferKind
    session_id: UUID
    starts_at: datetime
    groups: frozenset[int]
    limit: datetime | None = None
    # Routes for which a vial is left.
    routes: frozenset[str] = frozenset({SHARED_VIAL_ROUTE, "subcutaneous"})


def takes_part(waiter: Waiter, kind: OfferKind) -> bool:
    """Tell whether somebody waits for that kind of offer at all."""
    return waiter.wants_time if kind is OfferKind.TIME else waiter.standby


def why_not(waiter: Waiter, chance: Chance, now: datetime) -> SkipReason | None:
    """Return the closest rule that keeps somebody from what can be offered; None when none does."""
    checks = (
        (SkipReason.GROUP_CLOSED, waiter.group is not None and waiter.group not in chance.groups),
        (SkipReason.OTHER_ROUTE, _wrong_route(waiter, chance)),
        (SkipReason.NO_CONTACT, not waiter.reachable),
        (SkipReason.STOPPED, waiter.stopped),
        (SkipReason.TOO_EARLY, _too_early(waiter, chance)),
        (SkipReason.NOT_EARLIER, _not_earlier(waiter, chance)),
        (SkipReason.OTHER_DAY, _local(chance).weekday() not in waiter.weekdays),
        (SkipReason.OTHER_TIME, band_of(_local(chance).time()) not in waiter.bands),
        (SkipReason.NO_VIAL, waiter.route not in chance.routes),
        (SkipReason.ASKED_BEFORE, (chance.kind, chance.session_id) in waiter.asked_in),
        (SkipReason.HAS_OFFER, waiter.has_offer),
        (SkipReason.QUIET, _quiet(waiter, chance, now)),
        (SkipReason.NIGHT, _at_night(waiter, chance, now)),
        (SkipReason.TOO_FAR, _too_far(waiter, chance, now)),
    )
    return next((reason for reason, fails in checks if fails), None)


def next_in_line(
    waiters: Iterable[Waiter], chance: Chance, now: datetime
) -> tuple[Waiter | None, list[tuple[Waiter, SkipReason]]]:
    """Return who is offered it, and everybody before them in line with the reason they are not.

    None when it fits nobody: then everybody has a reason. Those who do not wait for this kind of
    offer are not in this line. O(n log n).
    """
    line = sorted(
        (one for one in waiters if takes_part(one, chance.kind)),
        key=lambda one: one.place_in_line,
    )
    skipped: list[tuple[Waiter, SkipReason]] = []
    for waiter in line:
        reason = why_not(waiter, chance, now)
        if reason is None:
            return waiter, skipped
        skipped.append((waiter, reason))
    return None, skipped


def answer_by(waiter: Waiter, chance: Chance, now: datetime) -> datetime | None:
    """Return until when the person has to answer; None when there is no time for it."""
    if chance.kind is not OfferKind.STANDBY:
        return time_answer_by(now, chance.starts_at, waiter.quiet)
    assert chance.limit is not None, "a dose left over has an end"
    return standby_answer_by(now, chance.limit, waiter.eta_minutes or 0)


def _local(chance: Chance) -> datetime:
    return chance.starts_at.astimezone(OSLO)


def _wrong_route(waiter: Waiter, chance: Chance) -> bool:
    return chance.kind is not OfferKind.TIME and waiter.route != SHARED_VIAL_ROUTE


def _too_early(waiter: Waiter, chance: Chance) -> bool:
    return waiter.not_before is not None and oslo_date(chance.starts_at) < waiter.not_before


def _not_earlier(waiter: Waiter, chance: Chance) -> bool:
    return waiter.earlier_than is not None and chance.starts_at >= waiter.earlier_than


def _quiet(waiter: Waiter, chance: Chance, now: datetime) -> bool:
    if chance.kind is OfferKind.STANDBY:
        # The person's own quiet hours hold by day as well, and whatever they allow at night.
        return waiter.quiet is not None and waiter.quiet.holds(now)
    return answer_by(waiter, chance, now) is None and not may_disturb(now, waiter.quiet)


def _at_night(waiter: Waiter, chance: Chance, now: datetime) -> bool:
    """Tell whether the question would wait for morning, long after the dose is gone."""
    live = chance.kind is OfferKind.STANDBY
    return live and not waiter.any_hour and not may_be_read(now)


def _too_far(waiter: Waiter, chance: Chance, now: datetime) -> bool:
    return answer_by(waiter, chance, now) is None
