"""The advice on top of the board: what to do now, why, and the button that does it."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments.domain import vial_planning
from appointments.domain.day_advice import Act, Why
from appointments.domain.vial_planning import Plan
from appointments.models import Appointment, Offer
from care.dayboard.advice_words import COUNTED, REASONS, TITLES
from tests.care.dayboard.pages import ask_all_no, of_person, of_session, text
from tests.factories import (
    OPENING,
    Day,
    at,
    make_arrival,
    make_booking,
    make_clinic,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_vial,
    make_wait,
)
from vaccinations.models import Lot, StandingOrder, Vial

pytestmark = pytest.mark.django_db


def board(nurse: Client, day: Day) -> str:
    return text(nurse.get(of_session("board", day.session)))


def arrive(day: Day, clock: str = "17.40", **fields: object) -> Appointment:
    return make_arrival(session=day.session, clock=clock, by=day.nurse, **fields)


def opened(day: Day, *, doses: int = 0, clock: str = "17.30") -> Vial:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at(clock))
    for _ in range(doses):
        make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=at(clock))
    return vial


def test_given_nobody_waits_then_there_is_no_advice(nurse: Client, day: Day) -> None:
    make_booking(session=day.session, clock="18.00")
    assert 'class="advice' not in nurse.get(of_session("board", day.session)).content.decode()


def test_given_an_open_vial_then_give_from_it_to_whoever_has_waited_longest(
    nurse: Client, day: Day
) -> None:
    first = arrive(day, "17.30", patient=make_patient(given_name="Anna", family_name="Sol"))
    arrive(day, "17.40")
    opened(day, doses=3)

    response = nurse.get(of_session("board", day.session))

    assert "Gi neste dose fra hetteglass A" in text(response)
    assert (
        "2 doser er igjen før 19.30, og 2 er her eller ventet innen da, så glasset går opp."
        in text(response)
    )
    assert "Vaksiner Anna Sol" in text(response)
    assert of_person("person", first) in response.content.decode()


def test_given_two_open_vials_then_the_one_that_expires_first(nurse: Client, day: Day) -> None:
    arrive(day)
    opened(day, clock="17.00")
    opened(day, clock="17.30")
    page = board(nurse, day)
    assert "Gi neste dose fra hetteglass A" in page
    assert "Det går ut først av de åpne glassene: 5 doser er igjen før 19.00." in page


def test_given_a_vial_of_a_stopped_lot_then_it_is_not_given_from(nurse: Client, day: Day) -> None:
    arrive(day)
    opened(day)
    make_lot(clinic=day.clinic, number="7B70")
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.QUARANTINED)
    page = board(nurse, day)
    assert "Gi neste dose" not in page
    assert "Still spørsmålene, og åpne så et nytt glass" in page


def test_a_vial_is_opened_when_somebody_has_been_asked(nurse: Client, day: Day) -> None:
    one = arrive(day, patient=make_patient(given_name="Anna", family_name="Sol"))
    make_booking(session=day.session, clock="18.00")
    page = board(nurse, day)
    assert "Still spørsmålene, og åpne så et nytt glass" in page
    assert "Alle som er ventet, rekker dette glasset, som da brukes før 19.42." in page
    assert "Spør Anna Sol" in page

    ask_all_no(nurse, one)

    response = nurse.get(of_session("board", day.session))
    assert "Åpne et nytt glass Alle som er ventet" in text(response)
    assert f"{of_session('open_vial', day.session)}?person={one.pk}" in response.content.decode()


def test_given_a_short_wait_lets_one_more_share_then_hold(nurse: Client, day: Day) -> None:
    anna = make_patient(given_name="Anna", family_name="Sol")
    one = arrive(day, now=at("17.40"), patient=anna)
    make_booking(session=day.session, clock="19.50")
    page = board(nurse, day)
    assert "Vent med å åpne et glass til 17.50" in page
    assert "Da rekker glasset også den som har time 19.50." in page
    assert "Spør Anna Sol" in page  # there is time for it
    ask_all_no(nurse, one)
    assert "Spør Anna Sol" not in board(nurse, day)


def test_given_no_vial_to_open_then_say_so(nurse: Client, day: Day) -> None:
    arrive(day)
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.QUARANTINED)
    page = board(nurse, day)
    assert "Ingen glass kan åpnes Ingen lot kan brukes i dag" in page


def test_a_lone_last_person_is_put_to_the_clinician(nurse: Client, day: Day) -> None:
    arrive(day)
    page = board(nurse, day)
    assert "Siste person i dag: legen kan velge hele glasset" in page
    make_booking(session=day.session, clock="19.00")
    assert "Siste person i dag" not in board(nurse, day)


def test_a_whole_vial_person_gets_an_untouched_vial(nurse: Client, day: Day) -> None:
    one = arrive(day)
    make_booking(session=day.session, clock="18.00")
    Appointment.objects.filter(pk=one.pk).update(route="subcutaneous")
    page = board(nurse, day)
    assert "Den som venter, skal ha dosen under huden, og den tar et helt glass." in page
    opened(day)
    assert "Gi hele hetteglass A" in board(nurse, day)


def test_whoever_waits_for_the_clinician_opens_no_vial(nurse: Client, day: Day) -> None:
    one = arrive(day)
    nurse.post(of_person("rescreen", one), {"asked": "all_no"})
    assert "Åpne et nytt glass" in board(nurse, day)
    one.refresh_from_db()
    type(one.decision).objects.filter(pk=one.decision_id).update(outcome="clinician_review")
    assert 'class="advice' not in nurse.get(of_session("board", day.session)).content.decode()


def test_a_clinic_that_saves_vials_is_advised_to_rebook(nurse: Client, day: Day) -> None:
    arrive(day)
    day.session.policy = {**day.session.policy, "open_threshold": 3}
    day.session.save(update_fields=["policy"])
    page = board(nurse, day)
    assert "Tilby en ny time" in page
    assert "Bare 1 er her eller ventet til glasset" in page


def test_another_days_board_and_one_without_an_order_give_no_advice(
    nurse: Client, day: Day
) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    make_booking(session=later)
    assert 'class="advice' not in nurse.get(of_session("board", later)).content.decode()
    arrive(day)
    StandingOrder.objects.update(valid_until=OPENING.date() - timedelta(days=1))
    page = nurse.get(of_session("board", day.session))
    assert "Doser kan ikke gis ennå" in text(page)
    assert 'class="advice' not in page.content.decode()


def test_the_board_asks_the_planners_functions(
    nurse: Client, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each replaced in turn, and the page changes."""
    arrive(day)
    make_booking(session=day.session, clock="18.00")
    make_booking(session=day.session, clock="18.10")
    page = board(nurse, day)
    assert "åpne så et nytt glass" in page
    assert "17.40–18.10" in page
    monkeypatch.setattr(vial_planning, "hold_minutes", lambda *_: 10)
    assert "Vent med å åpne et glass til 17.52 Da kan flere dele glasset." in board(nurse, day)
    alone = Plan([range(1), range(1, 2), range(2, 3)], [], 3.0)
    monkeypatch.setattr(vial_planning, "plan_batches", lambda *_: alone)
    assert "17.40–18.10" not in board(nurse, day)


def standby(day: Day, number: int = 1, **fields: object) -> None:
    for _ in range(number):
        make_wait(clinic=day.clinic, wants_time=False, eta_minutes=20, **fields)


def test_whether_to_invite_is_the_planners_answer(
    nurse: Client, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(day, doses=3)
    standby(day)
    assert "Inviter 1 person på kort varsel" in board(nurse, day)
    monkeypatch.setattr(vial_planning, "invite_now", lambda *_: False)
    assert "Inviter" not in board(nurse, day)


def invite(nurse: Client, day: Day, vial: Vial, number: object = 1) -> str:
    address = of_session("invite", day.session, vial.pk)
    return text(nurse.post(address, {"number": number}, follow=True))


def test_a_dose_left_over_is_offered_on_the_board_and_the_button_invites(
    nurse: Client, day: Day
) -> None:
    vial = opened(day, doses=3)
    standby(day, 3)
    page = board(nurse, day)
    assert "Inviter 1 person på kort varsel" in page
    assert "1 dose i hetteglass A blir nesten helt sikkert til overs" in page

    said = invite(nurse, day, vial)

    assert "1 person er invitert. Du ser på tavla når noen sier ja." in said
    assert "Inviter 1 person" not in said
    offer = Offer.objects.get()
    assert (offer.vial_id, offer.session_id) == (vial.pk, day.session.pk)


def test_a_second_click_invites_nobody_more(nurse: Client, day: Day) -> None:
    vial = opened(day, doses=3)
    standby(day, 3)
    invite(nurse, day, vial)
    assert "Ingen flere er invitert" in invite(nurse, day, vial)
    assert Offer.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "99", "²"])
def test_a_number_that_was_on_no_button_invites_nobody(
    nurse: Client, day: Day, number: str
) -> None:
    vial = opened(day, doses=3)
    standby(day, 3)
    invite(nurse, day, vial, number)
    assert not Offer.objects.exists()


def test_given_nobody_is_on_standby_then_nobody_is_to_be_invited(nurse: Client, day: Day) -> None:
    opened(day, doses=3)
    standby(day, 1, until=OPENING.date() - timedelta(days=1))
    make_wait(clinic=day.clinic)
    make_wait(clinic=day.clinic, wants_time=False, eta_minutes=90)
    make_wait(clinic=make_clinic(slug="andre"), wants_time=False, eta_minutes=20)
    assert "Inviter" not in board(nurse, day)


def test_given_the_doses_are_needed_then_nobody_is_to_be_invited(nurse: Client, day: Day) -> None:
    opened(day, doses=3)
    standby(day)
    make_booking(session=day.session, clock="18.00")
    make_booking(session=day.session, clock="18.10")
    assert "Inviter" not in board(nurse, day)


def test_reading_the_invitation_changes_nothing(nurse: Client, day: Day) -> None:
    vial = opened(day, doses=3)
    standby(day)
    response = nurse.get(of_session("invite", day.session, vial.pk))
    assert response.status_code == 302
    assert not Offer.objects.exists()


def test_another_clinics_vial_does_not_exist_here(nurse: Client, day: Day) -> None:
    elsewhere = make_clinic(slug="andre")
    vial = make_vial(clinic=elsewhere, lot=make_lot(clinic=elsewhere), now=at("17.30"))
    address = of_session("invite", day.session, vial.pk)
    assert nurse.post(address, {"number": "1"}).status_code == 404


def test_every_advice_has_words() -> None:
    assert set(TITLES) | {Act.INVITE} == set(Act)
    assert set(REASONS) | set(COUNTED) == set(Why)
