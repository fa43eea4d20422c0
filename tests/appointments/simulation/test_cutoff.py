"""The afternoon before: whom the clinic asks, and whom it invites."""

from dataclasses import replace

from appointments.domain.vial_planning import VialPolicy, min_vials
from appointments.simulation.bookings import Booking, DayBook
from appointments.simulation.cutoff import repair, standby_wanted
from tests.appointments.simulation.people import booked

HOUR = VialPolicy(window_min=60)


def day(*bookings: Booking, policy: VialPolicy = HOUR) -> DayBook:
    book = DayBook(1, policy)
    for booking in bookings:
        book.add(booking)
    return book


def vials(book: DayBook) -> int:
    return min_vials(book.times, HOUR.span_min, HOUR.booked_per_vial)


def test_given_a_lone_booking_then_the_person_moves_to_a_vial_with_room():
    book = day(*booked(0, 10, 20, 30), *booked(200))
    assert repair(book, HOUR) == 1
    assert vials(book) == 1
    assert sum(booking.moved for booking in book.bookings) == 1


def test_given_a_no_then_nobody_is_moved_against_their_will():
    book = day(*booked(0, 10, 20, 30), *booked(200, agrees_to_move=False))
    assert repair(book, HOUR) == 1
    assert book.times == [0, 10, 20, 30, 200]


def test_given_only_times_that_do_not_suit_then_nobody_is_asked():
    book = day(*booked(0, 10, 20, 30), *booked(200, band=(180, 300)))
    assert repair(book, HOUR) == 0


def test_at_most_so_many_are_asked_in_a_day():
    lone = [one for minute in range(100, 470, 60) for one in booked(minute, agrees_to_move=False)]
    book = day(*booked(0, 10), *lone)
    for most in (0, 1, 3):
        assert repair(book, replace(HOUR, max_asks=most)) <= most


def test_standby_people_are_wanted_when_the_cluster_is_through():
    book = day(*booked(0, 30), *booked(200))
    assert list(standby_wanted(book, HOUR)) == [30]


def test_given_a_long_window_then_standby_people_are_called_on_the_day_only():
    long = VialPolicy(window_min=180)
    assert list(standby_wanted(day(*booked(0, 30), policy=long), long)) == []
