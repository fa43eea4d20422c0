"""Whether the stock covers what is promised: the first to expire is used first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LotLeft:
    """Unopened vials of a lot that may be used, up to and with ``expires_on``."""

    expires_on: date
    vials: int


def missing(needs: Sequence[tuple[date, int]], lots: Sequence[LotLeft]) -> list[int]:
    """Return how many vials each need lacks, in the order of ``needs`` (day, vials).

    Earlier days are served first, each from the lot that expires first; no other way lacks fewer
    in all. O(needs * lots).
    """
    left = {number: lot.vials for number, lot in enumerate(lots) if lot.vials > 0}
    by_expiry = sorted(left, key=lambda number: lots[number].expires_on)
    lacking = [0] * len(needs)
    for index in sorted(range(len(needs)), key=lambda number: needs[number][0]):
        day, wanted = needs[index]
        for number in by_expiry:
            if lots[number].expires_on >= day:
                taken = min(wanted, left[number])
                left[number] -= taken
                wanted -= taken
        lacking[index] = wanted
    return lacking
