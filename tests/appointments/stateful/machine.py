"""People, browsers, planners and sweeps at two small days, in any order, a step at a time.

Every rule says beforehand, from the ledger, how the service must answer; after every step the
ledger and the database must tell the same, and every invariant must hold.
"""

from tests.appointments.stateful.people import People
from tests.appointments.stateful.planners import Planners
from tests.appointments.stateful.world import PEOPLE, SLOTS


class Clinic(People, Planners):
    """The walk. It begins with a day that is full and somebody who waits."""

    def begin(self):
        """Fill the first day; then each service has its say once, so that no walk is idle."""
        for person in range(SLOTS):
            self.book(person, person)
        self.wait(PEOPLE - 1)
        self.cancel(0)
        self.note_offers()
        self.answer(PEOPLE - 1, yes=True, twice=True)
        self.hold(0, SLOTS)
        self.confirm(0, 2)
        self.move(2, 0)
        self.wait(0)
