"""A clinic's waiting list as the page shows it: the line, open offers, who was passed over."""

from dataclasses import dataclass
from datetime import datetime

from appointments.domain.next_in_line import WITHOUT_GROUP, Waiter
from appointments.domain.waiting import OfferKind, OfferState, SkipReason
from appointments.models import Offer, OfferSkip, WaitingEntry
from appointments.selectors.waiting import waiters_at
from care.desk.waiting_words import KINDS, REASONS, when_in_words

SKIPS_SHOWN = 20


@dataclass(frozen=True)
class InLine:
    """Somebody in line: number 1 is asked first, if what is free fits."""

    number: int
    entry: WaitingEntry
    waiter: Waiter
    when: str

    @property
    def group(self) -> int | None:
        """The priority group; None for who has none."""
        return None if self.waiter.rank == WITHOUT_GROUP else self.waiter.rank


@dataclass(frozen=True)
class OfferShown:
    """An offer that waits for an answer."""

    offer: Offer
    what: str
    at: datetime | None


@dataclass(frozen=True)
class SkipShown:
    """Somebody who was passed over, and why."""

    skip: OfferSkip
    what: str
    why: str


@dataclass(frozen=True)
class WaitingList:
    """All of it. ``for_time`` and ``on_standby`` count those in line; some are in both."""

    line: list[InLine]
    offers: list[OfferShown]
    skips: list[SkipShown]
    for_time: int
    on_standby: int


def waiting_list_of(clinic_id: int, *, now: datetime) -> WaitingList:
    """Read a clinic's waiting list; seven queries however many wait."""
    found = sorted(waiters_at(clinic_id, now=now).values(), key=lambda one: one[1].place_in_line)
    line = [
        InLine(number, entry, waiter, when_in_words(entry))
        for number, (entry, waiter) in enumerate(found, start=1)
    ]
    offers = (
        Offer.objects.filter(
            session__clinic=clinic_id, state=OfferState.OPEN.value, answer_by__gt=now
        )
        .select_related("entry__patient__merged_into", "appointment__slot")
        .order_by("answer_by", "pk")
    )
    skips = (
        OfferSkip.objects.filter(entry__clinic=clinic_id)
        .select_related("entry__patient__merged_into", "session")
        .order_by("-skipped_at", "pk")[:SKIPS_SHOWN]
    )
    return WaitingList(
        line=line,
        offers=[_offer(one) for one in offers],
        skips=[
            SkipShown(one, str(KINDS[OfferKind(one.kind)]), str(REASONS[SkipReason(one.reason)]))
            for one in skips
        ],
        for_time=sum(one.waiter.wants_time for one in line),
        on_standby=sum(one.waiter.standby for one in line),
    )


def _offer(offer: Offer) -> OfferShown:
    at = offer.appointment.slot.starts_at if offer.appointment else offer.come_by
    return OfferShown(offer, str(KINDS[OfferKind(offer.kind)]), at)
