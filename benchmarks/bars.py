"""What a benchmark measured, and the bar that it must keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One measured figure. ``bar`` says in words what is asked of it; "" when it is only told.

    ``ok`` tells whether the bar is kept; it is True for what is only told.
    """

    name: str
    measured: float
    bar: str
    unit: str
    ok: bool


def at_most(name: str, measured: float, limit: float, unit: str = "") -> Bar:
    """Return a figure that must not be above a limit."""
    return Bar(name, measured, f"<= {limit:g}", unit, measured <= limit)


def at_least(name: str, measured: float, limit: float, unit: str = "") -> Bar:
    """Return a figure that must not be below a limit."""
    return Bar(name, measured, f">= {limit:g}", unit, measured >= limit)


def told(name: str, measured: float, unit: str = "") -> Bar:
    """Return a figure with no bar of its own."""
    return Bar(name, measured, "", unit, ok=True)


def show(bars: list[Bar]) -> None:
    """Print figures, one a line."""
    for one in bars:
        verdict = ("pass" if one.ok else "FAIL") if one.bar else ""
        print(f"{one.name:52}{one.measured:12.3f} {one.unit:6}{one.bar:10}{verdict}")
