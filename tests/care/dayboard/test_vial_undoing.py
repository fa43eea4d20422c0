"""Taking wrong clicks on vials back, and vials that broke before they were opened."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEntry
from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_session, text
from tests.factories import Day, make_dose
from vaccinations.models import Lot, LotEntry, Vial
from vaccinations.selectors import next_letter, stock_of, with_stock
from vaccinations.services.vial_undoing import may_be_taken_back


@pytest.fixture
def fresh(vial: Vial, clock: time_machine.Traveller) -> Vial:
    """A vial opened five minutes ago."""
    clock.move_to(vial.opened_at + timedelta(minutes=5))
    return vial


def on_hand(day: Day) -> int:
    rows = with_stock(Lot.objects.select_related("product"), now=NOW)
    return stock_of(rows.get(pk=day.lot.pk)).on_hand


def undo(nurse: Client, day: Day, vial: Vial, name: str) -> str:
    return text(nurse.post(of_session(name, day.session, vial.pk), follow=True))


def test_a_vial_opened_by_a_wrong_click_is_in_the_stock_again_and_its_letter_is_free(
    nurse: Client, day: Day, fresh: Vial
) -> None:
    before = on_hand(day)
    assert "Glasset er ikke åpnet likevel" in text(
        nurse.get(of_session("vial", day.session, fresh.pk))
    )

    page = undo(nurse, day, fresh, "not_opened")

    assert "Angret: glasset er ikke åpnet" in page
    assert on_hand(day) == before + 1
    assert not Vial.objects.exists()
    assert Vial.all_rows.get().not_opened_by == day.nurse, "the row is kept"
    assert next_letter(day.clinic.pk, day.session.date) == "A"
    assert AuditEntry.objects.filter(action="vial.not_opened", object_id=str(fresh.pk)).count() == 1


def test_asked_twice_it_is_taken_back_once(nurse: Client, day: Day, fresh: Vial) -> None:
    undo(nurse, day, fresh, "not_opened")
    before = on_hand(day)

    assert "Det kan ikke angres lenger" in undo(nurse, day, fresh, "not_opened")
    assert on_hand(day) == before


def test_after_a_dose_it_was_opened_even_if_the_dose_is_voided(
    nurse: Client, day: Day, fresh: Vial
) -> None:
    dose = make_dose(vial=fresh, by=day.nurse, now=fresh.opened_at)
    dose.voided_at, dose.voided_by = fresh.opened_at, day.nurse
    dose.save()

    assert not may_be_taken_back(fresh, now=fresh.opened_at)
    assert "Det kan ikke angres lenger" in undo(nurse, day, fresh, "not_opened")
    assert Vial.objects.get().closed_at is None


def test_after_ten_minutes_it_was_opened(
    nurse: Client, day: Day, vial: Vial, clock: time_machine.Traveller
) -> None:
    clock.move_to(vial.opened_at + timedelta(minutes=11))

    assert "ikke åpnet likevel" not in text(nurse.get(of_session("vial", day.session, vial.pk)))
    assert "Det kan ikke angres lenger" in undo(nurse, day, vial, "not_opened")
    assert Vial.objects.exists()


def test_letters_in_use_are_not_given_twice(nurse: Client, day: Day, fresh: Vial) -> None:
    address = of_session("open_vial", day.session)
    nurse.post(address, {"code": "4F21", "letter": "B"})

    undo(nurse, day, fresh, "not_opened")

    assert next_letter(day.clinic.pk, day.session.date) == "C"


def test_a_vial_thrown_away_by_a_wrong_click_is_open_again(
    nurse: Client, day: Day, vial: Vial
) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW)
    nurse.post(of_session("discard_vial", day.session, vial.pk), {"reason": "broken"})

    assert "Angret: glasset er åpent igjen." in undo(nurse, day, vial, "reopen_vial")

    vial.refresh_from_db()
    assert (vial.closed_at, vial.discarded, vial.discard_reason) == (None, 0, "")


def test_no_full_dose_left_can_be_taken_back_too(nurse: Client, day: Day, vial: Vial) -> None:
    page = text(nurse.post(of_session("empty_vial", day.session, vial.pk), follow=True))
    assert "Ikke mulig å trekke opp 5" in page

    undo(nurse, day, vial, "reopen_vial")

    vial.refresh_from_db()
    assert (vial.closed_at, vial.not_obtainable) == (None, 0)


def test_a_recalled_lots_vial_stays_closed(nurse: Client, day: Day, vial: Vial) -> None:
    nurse.post(of_session("discard_vial", day.session, vial.pk), {"reason": "broken"})
    Lot.objects.update(state=Lot.State.RECALLED)

    assert "Det kan ikke angres lenger" in undo(nurse, day, vial, "reopen_vial")
    vial.refresh_from_db()
    assert vial.closed_at == NOW


def test_a_vial_that_its_last_dose_closed_is_not_opened_by_undoing(
    nurse: Client, day: Day, vial: Vial
) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW, route="subcutaneous")

    assert "Det kan ikke angres lenger" in undo(nurse, day, vial, "reopen_vial")
    vial.refresh_from_db()
    assert vial.closed_at == NOW


def test_the_days_vials_are_listed_with_their_balance(nurse: Client, day: Day, vial: Vial) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW)

    page = text(nurse.get(of_session("day_vials", day.session)))

    assert "Hetteglass A" in page
    assert "Gitt 1 Kastet 0 Ikke mulig å trekke opp 0 Igjen 4" in page


def test_an_unopened_vial_that_broke_is_a_loss_once(nurse: Client, day: Day) -> None:
    address, before = of_session("broken_vial", day.session), on_hand(day)
    posted = {"lot": day.lot.pk, "expected": f"{day.lot.pk}:20", "note": "Falt i gulvet"}

    assert "Glasset er ført som svinn." in text(nurse.post(address, posted, follow=True))
    assert "Lageret er endret" in text(nurse.post(address, posted, follow=True))

    assert on_hand(day) == before - 1
    assert LotEntry.objects.get(kind=LotEntry.Kind.LOSS).note == "Falt i gulvet"


def test_what_broke_needs_a_lot_and_a_word(nurse: Client, day: Day) -> None:
    page = text(nurse.post(of_session("broken_vial", day.session), {}))

    assert "Velg loten som står på glasset" in page
    assert "Skriv kort hva som skjedde" in page
    assert on_hand(day) == 20
