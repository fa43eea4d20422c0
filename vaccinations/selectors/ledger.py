"""A lot's ledger as it is read: its lines and the vials opened each day, with the balance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from django.db.models import Count, Max

from vaccinations.models import LotEntry, Vial


@dataclass(frozen=True)
class LedgerLine:
    """What happened, how many unopened vials came or went, and how many there were after it.

    ``entry`` is None for the vials opened on ``day``, which are one line together.
    """

    at: datetime
    vials: int
    balance: int
    entry: LotEntry | None
    day: date | None = None

    @property
    def change(self) -> str:
        """What came or went, with its sign; "" where it was neither."""
        return f"{self.vials:+}".replace("-", "\N{MINUS SIGN}") if self.vials else ""


def ledger_of(lot_id: int) -> list[LedgerLine]:
    """Return a lot's ledger, the newest line on top; two queries."""
    entries = LotEntry.objects.filter(lot_id=lot_id).select_related("by", "thawing")
    opened = (
        Vial.objects.filter(lot_id=lot_id)
        .order_by()
        .values("day")
        .annotate(vials=Count("pk"), at=Max("opened_at"))
    )
    lines = [
        *(LedgerLine(one.at, one.vials, 0, one) for one in entries),
        *(LedgerLine(one["at"], -one["vials"], 0, None, one["day"]) for one in opened),
    ]
    return balanced(lines)


def balanced(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """Put lines in order and give each the balance after it; the newest on top."""
    ordered = sorted(lines, key=_order)
    balances = accumulate(line.vials for line in ordered)
    return [
        LedgerLine(line.at, line.vials, balance, line.entry, line.day)
        for line, balance in zip(ordered, balances, strict=True)
    ][::-1]


def _order(line: LedgerLine) -> tuple[datetime, bool, int]:
    """Sort by time, then as written; a vial of the same moment was opened after that."""
    return (line.at, line.entry is None, line.entry.pk if line.entry else 0)
