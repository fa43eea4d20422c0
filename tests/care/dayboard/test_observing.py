"""The observation after the dose on the board, and the one press that opens the sheet."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment
from care.dayboard.observing import just_released_of, observing_of
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import Day, at
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity
from vaccinations.models import Reaction, ReactionEntry

OVER = at("18.02")


@pytest.fixture
def observed(day: Day) -> Appointment:
    return make_vaccinated(day, now=at("17.42"))


def stored(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("patient", "dose").get(pk=appointment.pk)


def test_the_time_left_is_counted_in_begun_minutes(observed: Appointment) -> None:
    seen = observing_of([observed], now=OVER - timedelta(seconds=61))[0]
    assert (seen.until, seen.minutes_left, seen.over) == (OVER, 2, False)
    over = observing_of([observed], now=OVER)[0]
    assert (over.minutes_left, over.over) == (0, True)


def test_who_is_let_go_is_no_longer_observed_but_shown_for_a_moment(
    nurse: Client, observed: Appointment
) -> None:
    nurse.post(of_person("release", observed), {"for_tiden": "1"})
    gone = stored(observed)
    assert observing_of([gone], now=at("17.43")) == ()
    assert just_released_of([gone], now=at("17.43")) == (gone,)
    assert just_released_of([gone], now=at("17.48")) == ()


def test_a_reaction_that_goes_on_is_on_top(day: Day, nurse: Client) -> None:
    first = make_vaccinated(day, now=at("17.40"), clock="17.30")
    second = make_vaccinated(day, now=at("17.42"))
    nurse.post(of_person("anaphylaxis", second))
    seen = observing_of([stored(first), stored(second)], now=at("17.43"))
    assert [one.appointment for one in seen] == [second, first]
    assert seen[0].reaction_id == Reaction.objects.get().pk


def test_the_board_shows_who_is_observed(nurse: Client, observed: Appointment) -> None:
    board = text(nurse.get(of_session("board", observed)))
    assert "Observasjon 1" in board
    assert "20 min" in board


def test_before_the_time_is_over_the_page_asks(nurse: Client, observed: Appointment) -> None:
    asked = nurse.get(of_person("release", observed))
    assert "Det er 20 minutter igjen" in text(asked)
    nurse.post(of_person("release", observed))
    assert stored(observed).released_at is None

    nurse.post(of_person("release", observed), {"for_tiden": "1"})
    assert stored(observed).released_at is not None


def test_when_the_time_is_over_one_press_is_enough(
    nurse: Client, observed: Appointment, clock: time_machine.Traveller
) -> None:
    clock.move_to(OVER)
    answer = nurse.post(of_person("release", observed), follow=True)
    assert f"{stored(observed).patient.listed_name} er ferdig observert." in text(answer)  # type: ignore[union-attr]

    again = nurse.post(of_person("release", observed), follow=True)
    assert "Personen ble registrert som ferdig kl. 18.02." in text(again)


def test_a_release_is_undone(nurse: Client, observed: Appointment) -> None:
    nurse.post(of_person("release", observed), {"for_tiden": "1"})
    nurse.post(of_person("undo_release", observed))
    assert stored(observed).released_at is None
    assert "ikke noe å angre" in text(nurse.post(of_person("undo_release", observed), follow=True))


def test_one_press_opens_the_sheet_with_everything_filled_in(
    nurse: Client, observed: Appointment
) -> None:
    sheet = text(nurse.post(of_person("anaphylaxis", observed), follow=True))
    one = stored(observed)
    assert one.patient
    assert one.dose
    for words in ("Ring 113", "Begynte kl. 17.42", one.patient.name, one.dose.lot_number):
        assert words in sheet
    assert ReactionEntry.objects.get().step == "started"
    assert_integrity(now=at("17.42"))


def test_a_second_press_or_nurse_opens_the_same_sheet(nurse: Client, observed: Appointment) -> None:
    first = nurse.post(of_person("anaphylaxis", observed))
    second = nurse.post(of_person("anaphylaxis", observed))
    assert first["Location"] == second["Location"]
    assert Reaction.objects.count() == 1


def test_nobody_goes_before_the_sheet_is_ended(nurse: Client, observed: Appointment) -> None:
    nurse.post(of_person("anaphylaxis", observed))
    answer = nurse.post(of_person("release", observed), {"for_tiden": "1"}, follow=True)
    assert "Avslutt akuttarket først" in text(answer)
    assert stored(observed).released_at is None


def test_opening_the_sheet_keeps_who_was_let_go(nurse: Client, observed: Appointment) -> None:
    nurse.post(of_person("release", observed), {"for_tiden": "1"})
    nurse.post(of_person("anaphylaxis", observed))
    assert stored(observed).released_at is None


def test_who_waits_for_the_dose_has_no_sheet(nurse: Client, waiting: Appointment) -> None:
    answer = nurse.post(of_person("anaphylaxis", waiting), follow=True)
    assert "har ikke fått noen dose" in text(answer)
    assert not Reaction.objects.exists()
