"""The vials of a demo evening: opened as needed, emptied, thrown away with a reason."""

from datetime import datetime, timedelta

from appointments.models import ClinicSession
from audit.domain import Actor
from mpoxclinic.demo.stock import lot_to_open
from vaccinations.models import Vial
from vaccinations.selectors import open_vials
from vaccinations.services.vials import close_as_empty, discard, open_vial

WHOLE_VIAL = 5
# What one vial after another yields: mostly five doses, at times four or three.
YIELDS = (4, 5, 5, 4, 5, 5, 3, 5, 5, 5)
# Each so many vials one breaks before anything is drawn from it.
BREAKS_EACH = 9
MINUTE = timedelta(minutes=1)


class Tray:
    """The open vial of an evening and those before it."""

    def __init__(self, session: ClinicSession, *, by: Actor, opened_before: int = 0) -> None:
        self.session, self.by = session, by
        self.opened = opened_before
        self.vial: Vial | None = None
        self._left = 0

    def take(self, units: int, *, now: datetime) -> Vial:
        """Return a vial to draw from; a dose under the skin takes one of its own."""
        if units == WHOLE_VIAL:
            return self._open(now=now)
        if self.vial and now >= self.vial.use_before:
            self.throw_away(now=now)
        if self.vial is None:
            self.vial = self._open(now=now)
            self._left = YIELDS[self.opened % len(YIELDS)]
        return self.vial

    def drawn(self, units: int, *, now: datetime) -> None:
        """Count a dose from the shared vial; it is over when it yields no more."""
        if units == WHOLE_VIAL or self.vial is None:
            return
        self._left -= 1
        if self._left:
            return
        if not Vial.objects.filter(pk=self.vial.pk, closed_at__isnull=False).exists():
            close_as_empty(
                vial_id=self.vial.pk, clinic_id=self.session.clinic_id, by=self.by, now=now
            )
        self.vial = None

    def throw_away(self, *, now: datetime) -> None:
        """Throw away what is left: nobody more comes, or its time has run out."""
        if self.vial is None:
            return
        ended = now >= self.vial.use_before
        reason = Vial.DiscardReason.WINDOW_ENDED if ended else Vial.DiscardReason.END_OF_DAY
        _discard(self.vial, reason, by=self.by, now=now)
        self.vial = None

    def _open(self, *, now: datetime) -> Vial:
        self.opened += 1
        vial = open_for(self.session, by=self.by, now=now - MINUTE)
        if self.opened % BREAKS_EACH == 0:
            _discard(vial, Vial.DiscardReason.BROKEN, by=self.by, now=now - MINUTE)
            vial = open_for(self.session, by=self.by, now=now - MINUTE)
        return vial


def open_for(session: ClinicSession, *, by: Actor, now: datetime) -> Vial:
    """Open a vial for a session."""
    lot = lot_to_open(session, by=by, now=now)
    return open_vial(clinic_id=session.clinic_id, lot_id=lot.pk, day=session.date, by=by, now=now)


def clear_old(clinic_id: int, *, by: Actor, now: datetime) -> None:
    """Throw away the open vials of a clinic whose time has run out."""
    for on_hand in open_vials(clinic_id):
        if on_hand.vial.use_before <= now:
            _discard(on_hand.vial, Vial.DiscardReason.WINDOW_ENDED, by=by, now=now)


def _discard(vial: Vial, reason: Vial.DiscardReason, *, by: Actor, now: datetime) -> None:
    discard(vial_id=vial.pk, clinic_id=vial.clinic_id, reason=reason, by=by, now=now)
