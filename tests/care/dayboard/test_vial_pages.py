"""Opening a vial from a lot, and closing it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments.models import ClinicSession
from tests.access.logins import log_in
from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_session, text
from tests.factories import DAY, Day, make_dose, make_lot, make_product, make_staff
from vaccinations.models import Lot, Vial


def test_only_lots_that_may_be_used_are_offered_and_none_is_chosen(nurse: Client, day: Day) -> None:
    make_lot(clinic=day.clinic, number="GAMMEL", expires_on=DAY - timedelta(days=1))
    make_lot(clinic=day.clinic, number="STOPPET", state=Lot.State.RECALLED)
    make_lot(clinic=day.clinic, number="KARANTENE", state=Lot.State.QUARANTINED)
    make_lot(clinic=day.clinic, number="TOM", vials=0)
    make_lot(clinic=day.clinic, number="SISTE", expires_on=DAY)

    response = nurse.get(of_session("open_vial", day.session))

    page = text(response)
    assert "Lot 4F21 utløper 09.12.2026, 20 uåpnede glass igjen" in page
    assert "Lot SISTE utløper 26.11.2026" in page
    for unusable in ("GAMMEL", "STOPPET", "KARANTENE", "TOM"):
        assert unusable not in page
    assert "checked" not in response.content.decode()
    assert "Skriv A på glasset." in page


def test_opening_starts_the_window_at_the_servers_time(nurse: Client, day: Day) -> None:
    response = nurse.post(
        of_session("open_vial", day.session), {"lot": day.lot.pk, "letter": "A"}, follow=True
    )

    vial = Vial.objects.get()
    assert (vial.opened_at, vial.use_before) == (NOW, NOW + timedelta(minutes=120))
    assert (vial.lot, vial.opened_by, vial.day, vial.letter) == (day.lot, day.nurse, DAY, "A")
    assert response.redirect_chain == [(of_session("vial", day.session, vial.pk), 302)]
    assert "Hetteglass A er åpnet. Brukes før 19.42." in text(response)


def test_a_double_click_opens_one_vial(nurse: Client, day: Day) -> None:
    for _ in range(2):
        response = nurse.post(
            of_session("open_vial", day.session), {"lot": day.lot.pk, "letter": "A"}
        )

    assert Vial.objects.count() == 1
    vial = Vial.objects.get()
    assert response.headers["Location"] == of_session("vial", day.session, vial.pk)


def test_two_nurses_who_open_a_vial_each_get_a_letter_each(nurse: Client, day: Day) -> None:
    address = of_session("open_vial", day.session)
    colleague = log_in(Client(), make_staff(clinic=day.clinic, name="Ola Gran"))
    colleague.post(address, {"lot": day.lot.pk, "letter": "A"})

    response = nurse.post(address, {"lot": day.lot.pk, "letter": "A"})

    page = text(response)
    assert "Ola Gran åpnet hetteglass A kl. 17.42." in page
    assert "Skriv B på glasset." in page
    assert Vial.objects.count() == 1
    assert response.content.decode().count("checked") == 1, "the lot stays chosen"
    nurse.post(address, {"lot": day.lot.pk, "letter": "B"})
    assert sorted(Vial.objects.values_list("letter", flat=True)) == ["A", "B"]


@pytest.mark.parametrize("posted", [{"lot": ""}, {}, {"lot": "x"}])
def test_without_a_lot_no_vial_is_opened(nurse: Client, day: Day, posted: dict[str, str]) -> None:
    response = nurse.post(of_session("open_vial", day.session), {"letter": "A", **posted})

    page = text(response)
    assert "Skann glasset, skriv lotnummeret" in page or "Velg loten som står på glasset" in page
    assert not Vial.objects.exists()


def test_a_lot_that_was_stopped_meanwhile_is_refused_in_words(nurse: Client, day: Day) -> None:
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.RECALLED)
    make_lot(clinic=day.clinic, number="9Z99")

    response = nurse.post(of_session("open_vial", day.session), {"lot": day.lot.pk, "letter": "A"})

    assert "Loten er tilbakekalt. Ikke bruk glasset." in text(response)
    assert "Lot 9Z99" in text(response)
    assert not Vial.objects.exists()


def test_without_an_in_use_window_no_vial_is_opened_and_the_page_says_who_can_help(
    nurse: Client, day: Day
) -> None:
    other = make_product(name="Uten brukstid")
    lot = make_lot(clinic=day.clinic, product=other)
    ClinicSession.objects.filter(pk=day.session.pk).update(product=other)

    response = nurse.post(of_session("open_vial", day.session), {"lot": lot.pk, "letter": "A"})

    assert "Ingen har bestemt hvor lenge et åpnet glass kan brukes her." in text(response)
    assert not Vial.objects.exists()


def test_without_any_lot_the_page_says_whom_to_tell(nurse: Client, day: Day) -> None:
    Lot.objects.update(state=Lot.State.RECALLED)

    page = text(nurse.get(of_session("open_vial", day.session)))

    assert "Ingen lot kan brukes i dag" in page
    assert "Meld fra til den som har ansvaret i dag." in page


def test_a_vial_is_opened_on_the_day_only(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW - timedelta(days=1))

    response = nurse.post(
        of_session("open_vial", day.session), {"lot": day.lot.pk, "letter": "A"}, follow=True
    )

    assert "Et glass kan bare åpnes på selve dagen." in text(response)
    assert not Vial.objects.exists()


def test_no_full_dose_left_is_asked_before_and_closes_the_vial(
    nurse: Client, day: Day, vial: Vial
) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW)
    address = of_session("empty_vial", day.session, vial.pk)
    assert "4 doser blir ført som «ikke mulig å trekke opp»" in text(nurse.get(address))
    vial.refresh_from_db()
    assert vial.closed_at is None

    page = text(nurse.post(address, follow=True))

    vial.refresh_from_db()
    assert (vial.not_obtainable, vial.discarded, vial.closed_at) == (4, 0, NOW)
    assert "Hetteglass A er lukket." in page


def test_throwing_away_needs_a_reason(nurse: Client, day: Day, vial: Vial) -> None:
    address = of_session("discard_vial", day.session, vial.pk)
    assert "checked" not in nurse.get(address).content.decode()

    assert "Velg hvorfor resten kastes" in text(nurse.post(address))
    vial.refresh_from_db()
    assert vial.closed_at is None

    page = text(nurse.post(address, {"reason": "contaminated"}, follow=True))

    vial.refresh_from_db()
    assert (vial.discarded, vial.discard_reason, vial.closed_at) == (5, "contaminated", NOW)
    assert "Hetteglass A er kastet." in page
    assert "Kastet 5 (forurenset)" in page


@pytest.mark.parametrize(
    ("name", "posted"), [("empty_vial", {}), ("discard_vial", {"reason": "broken"})]
)
def test_closing_twice_is_told_of_and_changes_nothing(
    nurse: Client, day: Day, vial: Vial, name: str, posted: dict[str, str]
) -> None:
    address = of_session(name, day.session, vial.pk)
    nurse.post(address, posted)
    before = Vial.objects.values().get()

    page = text(nurse.post(address, posted, follow=True))

    assert "Hetteglasset er lukket allerede." in page
    assert Vial.objects.values().get() == before


def test_a_vial_whose_window_ended_has_its_reason_ready(
    nurse: Client, day: Day, vial: Vial, clock: time_machine.Traveller
) -> None:
    clock.move_to(vial.use_before)
    board = text(nurse.get(of_session("board", day.session)))
    assert "Brukstiden er ute. Ikke bruk glasset." in board

    html = nurse.get(of_session("discard_vial", day.session, vial.pk)).content.decode()

    assert "checked" in html.partition('value="window_ended"')[2].partition(">")[0]
