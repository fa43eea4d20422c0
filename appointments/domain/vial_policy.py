"""The numbers that govern how one clinic session shares its vials."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import inf, isfinite
from numbers import Real
from typing import Any

LONGEST_WINDOW = 480  # minutes; no document allows an opened vial longer than 8 hours

# Field, smallest and largest value that can be meant. Infinity itself is never accepted.
_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("window_min", 1, LONGEST_WINDOW),
    ("margin_min", 0, inf),
    ("booked_per_vial", 1, inf),
    ("p_attend_cutoff", 0, 1),
    ("p_attend_day", 0, 1),
    ("min_batch", 1, inf),
    ("join_discount", 0, 1),
    ("need_joiners", 0, inf),
    ("max_moves", 0, inf),
    ("move_cost", 0, inf),
    ("max_asks", 0, inf),
    ("hold_min", 0, inf),
    ("standby_conf", 0, 1),
    ("standby_eta", 0, inf),
    ("standby_cut_share", 0, 1),
    ("open_threshold", 0, inf),
)


class ImpossiblePolicyError(ValueError):
    """A number of a vial policy that cannot be meant; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class VialPolicy:
    """Hold the vial rules of a clinic session.

    Times are whole minutes, probabilities and shares 0 to 1, costs in vials.
    A margin longer than the window is allowed: then only people of the same minute share.
    Raises ImpossiblePolicyError, with the name of the field, for numbers that cannot be.
    Source: vial planning, contract.
    """

    window_min: int  # in-use time after the first puncture
    margin_min: int = 10  # part of the window kept free for lateness
    booked_per_vial: int = 5
    yield_mass: tuple[tuple[int, float], ...] = ((3, 0.05), (4, 0.20), (5, 0.75))
    p_attend_cutoff: float = 0.85  # chance that one still booked at the cutoff gets a dose
    p_attend_day: float = 0.90  # the same at opening
    min_batch: int = 3  # a vial planned for fewer is under-filled
    join_discount: float = 0.4  # share of the expected bookings that do join a new vial
    need_joiners: float = 3.0
    max_moves: int = 2
    move_cost: float = 0.3
    max_asks: int = 6
    hold_min: int = 20
    standby_conf: float = 0.90
    standby_eta: int = 30
    standby_cut_share: float = 0.6
    open_threshold: float = 1  # 1 = a booked person is never sent home

    def __post_init__(self) -> None:
        for field, least, most in _BOUNDS:
            value = getattr(self, field)
            if not (least <= value <= most and isfinite(value)):
                raise ImpossiblePolicyError(field)
        possible = all(doses >= 1 and 0 <= mass <= 1 for doses, mass in self.yield_mass)
        if not possible or abs(sum(mass for _, mass in self.yield_mass) - 1) > 1e-6:
            raise ImpossiblePolicyError("yield_mass")

    @property
    def span_min(self) -> int:
        """Minutes between the first and last person planned for one vial (L)."""
        return max(0, self.window_min - self.margin_min)

    @property
    def mean_yield(self) -> float:
        """Doses that a vial gives on average."""
        return sum(doses * mass for doses, mass in self.yield_mass)

    def snapshot(self) -> dict[str, Any]:
        """Return its numbers but the window as JSON takes them; `from_snapshot` reads them."""
        numbers = asdict(self)
        del numbers["window_min"]
        numbers["yield_mass"] = [list(pair) for pair in self.yield_mass]
        return numbers

    @classmethod
    def from_snapshot(cls, window_min: int, numbers: Mapping[str, Any]) -> "VialPolicy":
        """Return the policy of a window and a snapshot; what is not in it has its default.

        Raises ImpossiblePolicyError, with the name of what is unknown, no number or out of bounds.
        """
        if not isinstance(numbers, Mapping):
            raise ImpossiblePolicyError("policy")
        names = {field.name for field in fields(cls)} - {"window_min"}
        known = dict(numbers)
        if unknown := sorted(set(known) - names):
            raise ImpossiblePolicyError(unknown[0])
        if "yield_mass" in known:
            known["yield_mass"] = _pairs(known["yield_mass"])
        for name, value in known.items():
            if name != "yield_mass" and (isinstance(value, bool) or not isinstance(value, Real)):
                raise ImpossiblePolicyError(name)
        return cls(window_min=window_min, **known)


def _pairs(stored: Any) -> tuple[tuple[int, float], ...]:
    try:
        pairs = [(doses + 0, mass + 0) for doses, mass in stored]
    except (TypeError, ValueError) as error:
        raise ImpossiblePolicyError("yield_mass") from error
    return tuple(pairs)
