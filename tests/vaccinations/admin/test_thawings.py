"""Thawings in the admin, and writing off what was not used in time."""

import pytest
import time_machine
from django.test import Client

from clinics.domain.roles import Role
from clinics.models import Clinic
from tests.care.dayboard.pages import text
from tests.factories import at, make_clinic, make_lot, make_product, make_thawing, make_vial
from tests.vaccinations.admin.office import browser_of, errors, page
from vaccinations.models import LotEntry, Thawing


@pytest.fixture
def thawing(clinic: Clinic) -> Thawing:
    """Four thawed, one opened, good until 20.00."""
    product = make_product(name="Frossen", stored_frozen=True)
    lot = make_lot(clinic=clinic, product=product, vials=10)
    thawing = make_thawing(lot=lot, vials=4, use_before=at("20.00"), now=at("14.00"))
    make_vial(lot=lot, now=at("14.30"))
    return thawing


@pytest.fixture
def _evening(clock: time_machine.Traveller) -> None:
    clock.move_to(at("20.00"))


def test_before_its_time_a_thawing_is_only_shown(as_lead: Client, thawing: Thawing) -> None:
    address = page("thawing_write_off", thawing.pk)

    response = as_lead.post(address, {"note": "Ferdig"}, follow=True)

    assert "Det er ingenting å avskrive" in text(response)
    assert address not in response.content.decode()
    assert not LotEntry.objects.filter(kind="loss").exists()


@pytest.mark.usefixtures("_evening")
def test_what_is_too_late_is_written_off_in_one_act_with_the_reason(
    as_lead: Client, thawing: Thawing
) -> None:
    address = page("thawing_write_off", thawing.pk)
    assert address in as_lead.get(page("thawing_changelist")).content.decode()
    assert address in as_lead.get(page("thawing_change", thawing.pk)).content.decode()
    assert "3 tinte, åpnes før" in text(as_lead.get(address))
    assert list(errors(as_lead.post(address, {"note": ""}))) == ["note"]

    as_lead.post(address, {"note": "Færre møtte"})

    entry = LotEntry.objects.get(kind="loss")
    assert (entry.vials, entry.note, entry.thawing) == (-3, "Færre møtte", thawing)
    assert address not in as_lead.get(page("thawing_changelist")).content.decode()


@pytest.mark.usefixtures("_evening")
def test_only_keepers_of_the_clinic_write_off(clinic: Clinic, thawing: Thawing) -> None:
    address = page("thawing_write_off", thawing.pk)
    auditor = browser_of(clinic, Role.AUDITOR)
    elsewhere = browser_of(make_clinic(slug="elsewhere"), Role.LEAD, name="annen")

    assert auditor.post(address, {"note": "x"}).status_code == 403
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(address, {"note": "x"}).status_code == 404
    assert not LotEntry.objects.filter(kind="loss").exists()
    for read in (
        page("thawing_change", thawing.pk),
        page("thawing_changelist"),
        page("lot_changelist"),
        page("lot_change", thawing.lot_id),
    ):
        assert address not in auditor.get(read).content.decode(), read


@pytest.mark.parametrize(
    ("clock_shows", "query", "number"),
    [
        ("15.00", "?igjen=kan-apnes", 1),
        ("15.00", "?igjen=avskrives", 0),
        ("20.00", "?igjen=kan-apnes", 0),
        ("20.00", "?igjen=avskrives", 1),
        ("20.00", "?igjen=ingen", 0),
    ],
)
def test_thawings_are_found_by_what_is_left(
    as_lead: Client,
    thawing: Thawing,
    clock: time_machine.Traveller,
    clock_shows: str,
    query: str,
    number: int,
) -> None:
    clock.move_to(at(clock_shows))

    response = as_lead.get(page("thawing_changelist") + query)

    assert len(response.context["cl"].result_list) == number
