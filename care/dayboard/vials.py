"""Open vials as the board shows them: what is left, for how long, and which fit a dose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinics.domain.calendar import oslo_date
from eligibility.domain.decision import Course
from vaccinations.domain.vial_balance import units
from vaccinations.models import Lot, Vial
from vaccinations.selectors import VialOnHand, open_vials

# Below this many minutes the board warns in colour and in words.
SOON = 20


class VialState(StrEnum):
    """Whether an open vial may be used, and for how much longer."""

    GOOD = "good"
    SOON = "soon"
    ENDED = "ended"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class VialShown:
    """An open vial at the moment it is shown; whole minutes, rounded down."""

    vial: Vial
    doses_left: int
    doses_given: int
    minutes_left: int
    state: VialState

    @property
    def doses_used(self) -> int:
        """How many of the vial's five tenths are used, for its dots."""
        return 5 - self.doses_left

    @property
    def usable(self) -> bool:
        """Whether anything may be drawn from it."""
        return self.state in {VialState.GOOD, VialState.SOON}

    def fits(self, course: Course) -> bool:
        """Tell whether the course's next dose may be drawn; a whole-vial dose needs all of it."""
        return self.usable and self.doses_left >= units(course.volume_ml)


def vials_shown(clinic_id: int, *, now: datetime) -> tuple[VialShown, ...]:
    """List a clinic's open vials, two queries: the one to use first on top, the useless last."""
    shown = [_shown(on_hand, now) for on_hand in open_vials(clinic_id)]
    return tuple(sorted(shown, key=lambda one: not one.usable))


def fitting(vials: Iterable[VialShown], course: Course) -> list[VialShown]:
    """Return the vials that the next dose may be drawn from, the one that expires first on top."""
    return [shown for shown in vials if shown.fits(course)]


def _shown(on_hand: VialOnHand, now: datetime) -> VialShown:
    vial = on_hand.vial
    minutes_left = max(0, int((vial.use_before - now).total_seconds() // 60))
    return VialShown(
        vial=vial,
        doses_left=on_hand.doses_left,
        doses_given=on_hand.doses_given,
        minutes_left=minutes_left,
        state=_state(vial, minutes_left, now),
    )


def _state(vial: Vial, minutes_left: int, now: datetime) -> VialState:
    if now >= vial.use_before:
        return VialState.ENDED
    if vial.lot.state != Lot.State.USABLE or vial.lot.expires_on < oslo_date(now):
        return VialState.BLOCKED
    return VialState.SOON if minutes_left < SOON else VialState.GOOD
