"""The policies side by side: the numbers of a scenario, as a table and as data."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from appointments.simulation.period import Totals
from appointments.simulation.scenario import Conduct, Scenario


@dataclass(frozen=True)
class Row:
    """Hold what one policy came to; shares from 0 to 1, None where there was nothing to count."""

    policy: str
    vials_per_dose: float | None
    waste: float | None  # share of the doses that the opened vials could give
    preferred: float | None  # share of the bookings at one of the times asked for
    asked: float | None  # share of the bookings that were asked to move
    moved: float | None
    mean_wait_min: float | None  # from arrival to dose
    hindsight: float | None  # vials as a multiple of the fewest for the same arrivals
    sent_home: int  # booked people who came and got no dose
    standby_doses: int
    standby_in_vain: int
    counts: Totals


@dataclass(frozen=True)
class Comparison:
    """Hold the policies of one scenario over the same seeds."""

    scenario: Scenario
    rows: Sequence[Row]

    def row(self, policy: str) -> Row:
        """Return the row of a policy."""
        return next(row for row in self.rows if row.policy == policy)

    def data(self) -> dict[str, object]:
        """Return everything as what JSON can hold."""
        return {
            "scenario": asdict(self.scenario),
            "policies": [asdict(row) for row in self.rows],
        }


def make_row(conduct: Conduct, totals: Totals) -> Row:
    """Reckon the shares of a policy."""
    return Row(
        policy=conduct.name,
        vials_per_dose=_ratio(totals.vials, totals.doses),
        waste=_ratio(totals.obtainable - totals.doses, totals.obtainable),
        preferred=_ratio(totals.as_wanted, totals.booked),
        asked=_ratio(totals.asked, totals.booked),
        moved=_ratio(totals.moved, totals.booked),
        mean_wait_min=_ratio(totals.waited, totals.doses),
        hindsight=_ratio(totals.vials, totals.hindsight),
        sent_home=totals.sent_home,
        standby_doses=totals.standby_doses,
        standby_in_vain=totals.standby_in_vain,
        counts=totals,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


HEADINGS = (
    "policy",
    "vials/dose",
    "waste %",
    "preferred %",
    "asked %",
    "moved %",
    "wait min",
    "x hindsight",
    "sent home",
    "standby",
    "in vain",
)


def table(rows: Iterable[Row]) -> str:
    """Lay out the rows for a terminal, numbers to the right."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.policy,
        _text(row.vials_per_dose, ".3f"),
        _text(row.waste, ".1%"),
        _text(row.preferred, ".1%"),
        _text(row.asked, ".1%"),
        _text(row.moved, ".1%"),
        _text(row.mean_wait_min, ".1f"),
        _text(row.hindsight, ".3f"),
        str(row.sent_home),
        str(row.standby_doses),
        str(row.standby_in_vain),
    )


def _text(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form).removesuffix("%")
