"""Open vials as the board shows them: what is left, for how long, and which fit a dose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appointments.models import ClinicSession
from appointments.selectors.day import is_under_way
from clinics.domain.calendar import oslo_date
from eligibility.domain.decision import Course
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, units
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
    """List a clinic's open vials, one query: the one to use first on top, the useless last."""
    shown = [_shown(on_hand, now) for on_hand in open_vials(clinic_id)]
    return tuple(sorted(shown, key=lambda one: not one.usable))


def ending_soon(session: ClinicSession, *, now: datetime) -> list[Vial]:
    """List the open vials to be used within twenty minutes in a session under way; one query."""
    if not is_under_way(session, now):
        return []
    return list(
        Vial.objects.filter(
            clinic_id=session.clinic_id,
            closed_at=None,
            use_before__gt=now,
            use_before__lt=now + timedelta(minutes=SOON),
        ).order_by("use_before", "letter")
    )


def said_of(ending: Iterable[Vial], *, to: int) -> str:
    """Return which vials a page warns of and whom, in a word that is never empty.

    An open page so learns that somebody else is logged in now.
    """
    return " ".join(["ends", str(to), *(str(vial.pk) for vial in ending)])


def fitting(vials: Iterable[VialShown], course: Course) -> list[VialShown]:
    """Return the vials that the next dose may be drawn from, the one that expires first on top."""
    return [shown for shown in vials if shown.fits(course)]


@dataclass(frozen=True)
class Balance:
    """What became of a vial's five tenths; a whole-vial dose is all of them."""

    given: int
    discarded: int
    not_obtainable: int

    @property
    def left(self) -> int:
        """What is still to be accounted for."""
        return UNITS_PER_VIAL - self.given - self.discarded - self.not_obtainable


def balance_of(vial: Vial) -> Balance:
    """Count what became of a vial's doses, from its prefetched doses or by one query."""
    given = sum(units(dose.volume_ml) for dose in vial.doses.all() if dose.voided_at is None)
    return Balance(given, vial.discarded, vial.not_obtainable)


def initials_of(name: str) -> str:
    """Shorten a name for a label: Kari Nes-Dahl is KND."""
    return "".join(part[0] for part in name.replace("-", " ").split())


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
