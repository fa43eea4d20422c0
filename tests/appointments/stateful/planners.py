"""What planners do to a day that people have times in."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import (
    ClinicSession,
    Displaced,
)
from appointments.services.session_changes import (
    SessionChanges,
    SessionEndedError,
    TooFewVialsError,
    change_session,
)
from appointments.services.session_impact import (
    preview,
    shape_of,
)
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from tests.appointments.stateful.world import (
    IMPOSSIBLE,
    World,
    days,
)


class Planners(World):
    """Changes the vials, and rearranges or cancels a day."""

    @rule(day=days, vials=st.integers(0, 3))
    def plan_vials(self, day, vials):
        needed = self.ledger.vials(day, self.ledger.taken(self.now))
        expected = None
        if not self.ledger.days[day].is_open:
            expected = SessionEndedError
        elif vials < needed:
            expected = TooFewVialsError
        if vials == self.ledger.days[day].vials:
            expected = None  # nothing to change
        assert expected == self.ask(
            (SessionEndedError, TooFewVialsError),
            change_session,
            session_id=self.ledger.days[day].pk,
            changes=SessionChanges(vials_allotted=vials),
            by=Actor.system(),
            now=self.now,
        )
        if expected is None:
            self.ledger.days[day].vials = vials

    @rule(
        day=days,
        stations=st.integers(1, 2),
        vials=st.integers(0, 2),
        what=st.sampled_from([Rearranging.CHANGE] * 5 + [Rearranging.CANCEL]),
    )
    def rearrange(self, day, stations, vials, what):
        """Change or cancel a day under its people: each has another time, or is to be called."""
        if vials + stations < 4:
            what = (
                Rearranging.CHANGE
            )  # a cancelled day ends most of what can happen: let it be rare
        session = ClinicSession.objects.get(pk=self.ledger.days[day].pk)
        wish = Wish(what, replace(shape_of(session), stations=stations, vials=vials))
        try:
            impact = preview(session_id=session.pk, wish=wish, now=self.now)
        except IMPOSSIBLE:
            return
        self.ask(
            (),
            apply,
            session_id=session.pk,
            wish=wish,
            fingerprint=impact.fingerprint,
            by=Actor.system(),
            now=self.now,
        )
        people = {one.patient_id: number for number, one in enumerate(self.decisions)}
        fates = {people[one.appointment.patient_id]: one.spot for one in impact.fates}
        assert set(fates) == {one for one, time in self.ledger.places.items() if time.day == day}
        for person, spot in fates.items():
            del self.ledger.places[person]
            if spot is not None:
                self.ledger.places[person] = self.ledger.time_at(spot.day, spot.starts_at)
        lost = Displaced.objects.filter(made_at=self.now, became_at=None, to_call=True)
        assert {people[one.appointment.patient_id] for one in lost} == {
            person for person, spot in fates.items() if spot is None
        }
        for browser in [one for one, (time, _) in self.ledger.holds.items() if time.day == day]:
            del self.ledger.holds[browser]
        if what is Rearranging.CANCEL:
            self.ledger.days[day].is_open = False
            return
        self.ledger.days[day].vials = vials
        for time in self.ledger.times:
            if time.day == day and time.starts_at > self.now:
                self.ledger.seats[time] = stations
