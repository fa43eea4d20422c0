"""The afternoon before a clinic day: people are asked to move, standby people to be there."""

from collections.abc import Iterator

from appointments.domain.vial_planning import (
    VialPolicy,
    cutoff_invites,
    propose_places,
    window_clusters,
)
from appointments.simulation.bookings import DayBook
from appointments.simulation.scenario import SLOTS


def repair(book: DayBook, policy: VialPolicy) -> int:
    """Ask people to move until all in a proposal agree, and move them; return how many were asked.

    Each can take the free times of their own band. Who says no is not asked again; a yes counts
    only in a proposal that still stands, so each is worked out anew after a no.
    """
    people = sorted(book.bookings, key=lambda booking: booking.minute)
    times = [booking.minute for booking in people]
    movable = {
        index: book.free(range(*booking.person.band, SLOTS.step))
        for index, booking in enumerate(people)
        if booking.wanted
    }
    asked: set[int] = set()
    while places := propose_places(times, movable, policy):
        new = [index for index in places if index not in asked]
        asked.update(new[: policy.max_asks - len(asked)])
        unwilling = [
            index for index in new if index not in asked or not people[index].person.agrees_to_move
        ]
        if not unwilling:
            for index, minute in places.items():
                book.move(people[index], minute)
            break
        for index in unwilling:
            del movable[index]
    return len(asked)


def standby_wanted(book: DayBook, policy: VialPolicy) -> Iterator[int]:
    """Yield the minute at which each standby person invited at the cutoff is to be there.

    That is the last booked minute of a window cluster: then it shows whether a dose is left.
    """
    for cluster in window_clusters(book.times, policy):
        for _ in range(cutoff_invites(len(cluster), policy)):
            yield cluster[-1]
