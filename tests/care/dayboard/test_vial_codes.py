"""Opening a vial by scanning it, or by typing its lot number."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_session, text
from tests.factories import DAY, Day, make_lot, make_product, make_thawing
from vaccinations.models import Lot, Vial


def scan(nurse: Client, day: Day, code: str, **more: object) -> str:
    address = of_session("open_vial", day.session)
    return text(nurse.post(address, {"code": code, "letter": "A", **more}, follow=True))


def matrix(lot: str, expires: str = "261209") -> str:
    return "]d20107316040000003" + f"17{expires}10{lot}\x1d21S1"


@pytest.mark.parametrize("code", ["4F21", "4f21 ", matrix("4F21"), "(10)4F21"])
def test_a_scan_opens_the_vial_and_shows_what_to_write_on_it(
    nurse: Client, day: Day, code: str
) -> None:
    page = scan(nurse, day, code)

    vial = Vial.objects.get()
    assert (vial.lot, vial.opened_at) == (day.lot, NOW)
    assert "Brukes før 19.42" in page
    assert "Lot 4F21, utløper 09.12.2026" in page


def test_the_label_has_the_initials_of_who_opened_it(nurse: Client, day: Day) -> None:
    page = scan(nurse, day, "4F21")

    initials = "".join(part[0] for part in day.nurse.name.replace("-", " ").split())
    assert f"Åpnet 26.11.2026 17.42, {initials}" in page


@pytest.mark.parametrize(
    ("number", "lot", "words"),
    [
        ("GAMMEL", {"expires_on": DAY - timedelta(days=1)}, "Loten har gått ut på dato."),
        ("TILBAKE", {"state": Lot.State.RECALLED}, "Loten er tilbakekalt."),
        ("STOPP", {"state": Lot.State.QUARANTINED}, "Loten er i karantene."),
        ("TOM", {"vials": 0}, "Lageret sier at det ikke er flere uåpnede glass av loten."),
    ],
)
def test_each_lot_that_cannot_be_used_is_refused_with_its_own_reason(
    nurse: Client, day: Day, number: str, lot: dict[str, object], words: str
) -> None:
    make_lot(clinic=day.clinic, number=number, **lot)  # type: ignore[arg-type]

    assert words in scan(nurse, day, number)
    assert not Vial.objects.exists()


def test_an_unknown_lot_is_refused_and_what_was_typed_stays(nurse: Client, day: Day) -> None:
    address = of_session("open_vial", day.session)

    response = nurse.post(address, {"code": "9X99", "letter": "A"})

    assert "Vi har ingen lot med dette nummeret." in text(response)
    assert 'value="9X99"' in response.content.decode()
    assert not Vial.objects.exists()


def test_another_vaccine_is_refused(nurse: Client, day: Day) -> None:
    make_lot(clinic=day.clinic, product=make_product(name="En annen"), number="B1")

    assert "Loten er av en annen vaksine enn den som gis i dag." in scan(nurse, day, "B1")


def test_a_code_with_another_expiry_than_the_register_is_refused(nurse: Client, day: Day) -> None:
    page = scan(nurse, day, matrix("4F21", expires="270101"))

    assert "Koden på glasset har en annen utløpsdato enn lageret." in page
    assert not Vial.objects.exists()


def test_a_vial_that_is_not_thawed_is_refused_and_one_thawed_too_long_ago(
    nurse: Client, day: Day
) -> None:
    frozen = day.session.product
    frozen.stored_frozen = True
    frozen.save()
    assert "Ingen glass av loten er registrert tint." in scan(nurse, day, "4F21")

    make_thawing(lot=day.lot, now=NOW - timedelta(hours=5), use_before=NOW)
    assert "Fristen for de tinte glassene av loten er ute." in scan(nurse, day, "4F21")
    assert not Vial.objects.exists()


def test_a_code_of_another_lot_than_the_chosen_is_refused(nurse: Client, day: Day) -> None:
    make_lot(clinic=day.clinic, number="B2")

    assert "Koden er av lot B2, men du har valgt en annen." in scan(
        nurse, day, "B2", lot=day.lot.pk
    )
    assert not Vial.objects.exists()


def test_an_unreadable_code_is_refused(nurse: Client, day: Day) -> None:
    assert "Koden kan ikke leses." in scan(nurse, day, "]d2999")
    assert not Vial.objects.exists()


def test_a_scanner_that_reads_twice_opens_one_vial(nurse: Client, day: Day) -> None:
    for _ in range(2):
        scan(nurse, day, "4F21")

    assert Vial.objects.count() == 1
