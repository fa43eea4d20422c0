"""Lots in the admin: the stock, the ledger and what can be done, by role and clinic."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.care.dayboard.pages import text
from tests.factories import (
    DAY,
    actor_of,
    at,
    make_clinic,
    make_lot,
    make_product,
    make_thawing,
    make_vial,
)
from tests.vaccinations.admin.office import NOW, browser_of, errors, page
from vaccinations.admin.lot_actions import LOT_ACTIONS
from vaccinations.models import Lot, LotEntry, Thawing
from vaccinations.selectors import stock_of, with_stock
from vaccinations.services.stock import write_off

ACTIONS = [action.name for action in LOT_ACTIONS]


@pytest.fixture
def lot(clinic: Clinic) -> Lot:
    return make_lot(
        clinic=clinic, product=make_product(name="Frossen", stored_frozen=True), vials=10
    )


def on_hand(lot: Lot) -> int:
    rows = with_stock(Lot.objects.select_related("product"), now=NOW)
    return stock_of(rows.get(pk=lot.pk)).on_hand


POSTS: dict[str, dict[str, object]] = {
    "thaw": {
        "vials": 4,
        "for_day": DAY.isoformat(),
        "thawed_at": f"{DAY}T14:00",
        "use_before": f"{DAY}T23:00",
    },
    "delivery": {"vials": 5, "expires_on": (DAY + timedelta(days=13)).isoformat(), "note": ""},
    "count": {"counted": 9, "expected": 10, "note": "En manglet"},
    "write_off": {"what": "lost", "vials": 2, "note": "Knust"},
    "excursion": {
        "since": f"{DAY}T02:00",
        "until": f"{DAY}T06:30",
        "temperatures": "12 °C i kjøleskapet",
    },
    "quarantine": {"note": "Uklar merking"},
    "release": {"note": "Leverandøren har svart"},
}


def ready_for(name: str, lot: Lot) -> None:
    if name == "release":
        Lot.objects.filter(pk=lot.pk).update(state=Lot.State.QUARANTINED)


def test_every_action_is_tried_below() -> None:
    assert sorted(POSTS) == sorted(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_get_asks_and_a_post_does_it_once_in_the_doers_name(
    as_doctor: Client, doctor: Staff, lot: Lot, name: str
) -> None:
    ready_for(name, lot)
    address, before = page(f"lot_{name}", lot.pk), LotEntry.objects.count()
    asked = as_doctor.get(address)
    assert asked.status_code == 200
    assert (LotEntry.objects.count(), Thawing.objects.count()) == (before, 0)

    done = as_doctor.post(address, POSTS[name])

    assert done.status_code == 302, errors(done)
    assert done.headers["Location"] == page("lot_change", lot.pk)
    rows = Thawing.objects.all() if name == "thaw" else LotEntry.objects.order_by("-pk")[:1]
    assert [row.by for row in rows] == [doctor]
    audited = AuditEntry.objects.filter(object_id=str(lot.pk), actor_id=str(doctor.pk))
    assert [entry.clinic_id for entry in audited] == [lot.clinic_id]


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("role", Role)
def test_roles_may_do_just_what_the_table_says(lot: Lot, name: str, role: Role) -> None:
    ready_for(name, lot)
    browser = browser_of(lot.clinic, role)
    [action] = [one for one in LOT_ACTIONS if one.name == name]
    before = LotEntry.objects.count()

    got = browser.get(page(f"lot_{name}", lot.pk)).status_code

    # Who has no office role sees no lots at all.
    due = 200 if role in action.roles else 404 if role is Role.VACCINATOR else 403
    assert got == due
    if due != 200:
        assert browser.post(page(f"lot_{name}", lot.pk), POSTS[name]).status_code == due
        assert LotEntry.objects.count() == before


@pytest.mark.parametrize("name", ACTIONS)
def test_another_clinics_lot_does_not_exist(as_doctor: Client, name: str) -> None:
    elsewhere = make_clinic(slug="elsewhere")
    theirs = make_lot(
        clinic=elsewhere, product=make_product(name="Frossen", stored_frozen=True), vials=10
    )
    ready_for(name, theirs)

    assert as_doctor.get(page(f"lot_{name}", theirs.pk)).status_code == 404
    assert as_doctor.post(page(f"lot_{name}", theirs.pk), POSTS[name]).status_code == 404
    assert [entry.kind for entry in theirs.entries.all()] == ["delivery"]


def test_release_asks_for_an_hpr_number(lot: Lot) -> None:
    ready_for("release", lot)
    browser = browser_of(lot.clinic, Role.CLINICIAN)

    response = browser.post(page("lot_release", lot.pk), POSTS["release"])

    assert "mangler HPR-nummer" in errors(response)["__all__"][0]
    assert response.context["form"]["note"].value() == "Leverandøren har svart"


@pytest.mark.parametrize(
    ("name", "wrong", "field", "words"),
    [
        ("thaw", {"vials": 11}, "vials", "Det er bare 10 å ta av."),
        ("thaw", {"vials": 0}, "vials", ""),
        ("thaw", {"use_before": f"{DAY}T13:00"}, "use_before", "Fristen"),
        ("thaw", {"thawed_at": f"{DAY}T15:01"}, "thawed_at", "ikke fram i tid"),
        ("thaw", {"for_day": f"{DAY - timedelta(days=1)}"}, "for_day", "i dag eller en dag"),
        ("thaw", {"for_day": f"{DAY + timedelta(days=1)}"}, "for_day", "er fristen"),
        ("thaw", {"use_before": f"{DAY + timedelta(days=40)}T10:00"}, "use_before", "utløper"),
        ("thaw", {"use_before": ""}, "use_before", "Må fylles ut: Må åpnes før"),
        ("delivery", {"expires_on": "2027-01-01"}, "expires_on", "med utløp 09.12.2026"),
        ("delivery", {"expires_on": "2026-11-25"}, "expires_on", "Loten er utløpt"),
        ("count", {"note": ""}, "note", "Skriv hva som har skjedd."),
        ("count", {"expected": 9}, "counted", "det skal være 10 nå"),
        ("write_off", {"vials": 11}, "vials", "Det er bare 10 å ta av."),
        ("write_off", {"note": ""}, "note", "Må fylles ut: Hvorfor"),
        ("excursion", {"until": f"{DAY}T01:00"}, "until", "etter at det begynte"),
        ("excursion", {"temperatures": " "}, "temperatures", "Må fylles ut"),
        ("quarantine", {"note": ""}, "note", "Må fylles ut"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    as_doctor: Client, lot: Lot, name: str, wrong: dict[str, object], field: str, words: str
) -> None:
    posted = {**POSTS[name], **wrong}
    before = LotEntry.objects.count()

    response = as_doctor.post(page(f"lot_{name}", lot.pk), posted)

    found = errors(response)
    assert field in found
    assert words in found[field][0]
    assert found[field][0] in text(response)
    assert "aria-invalid" in response.content.decode()
    kept = response.context["form"]
    expected = {name: str(value) for name, value in posted.items() if name != "expected"}
    assert {name: kept[name].value() for name in expected} == expected
    assert (LotEntry.objects.count(), Thawing.objects.count()) == (before, 0)


def test_after_a_colleagues_change_the_same_count_can_be_confirmed(
    as_doctor: Client, lot: Lot
) -> None:
    """The page's hidden number is renewed with the warning."""
    address, posted = page("lot_count", lot.pk), {"counted": 10, "expected": 10, "note": ""}
    write_off(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=1,
        note="Knust",
        by=actor_of(Staff.objects.get(email="lund@example.org"), lot.clinic),
        now=NOW,
    )
    warned = as_doctor.post(address, posted)
    assert "det skal være 9 nå" in errors(warned)["counted"][0]
    renewed = warned.context["form"]["expected"].value()

    as_doctor.post(address, {"counted": 9, "expected": renewed, "note": ""})

    assert on_hand(lot) == 9


def test_thawed_vials_can_be_chosen_to_write_off(as_doctor: Client, lot: Lot) -> None:
    address = page("lot_write_off", lot.pk)
    assert "Hvilke glass?" not in text(as_doctor.get(address))
    thawing = make_thawing(lot=lot, vials=4, now=at("14.00"))
    assert "4 tinte, åpnes før" in text(as_doctor.get(address))

    as_doctor.post(address, {**POSTS["write_off"], "thawing": thawing.pk})

    assert LotEntry.objects.get(kind="loss").thawing == thawing
    returned = {**POSTS["write_off"], "thawing": thawing.pk, "what": "returned"}
    assert "kan ikke sendes tilbake" in errors(as_doctor.post(address, returned))["what"][0]


@pytest.mark.parametrize("name", ["thaw", "delivery", "excursion", "quarantine", "release"])
def test_a_recalled_lot_only_leads_back_to_its_page(as_doctor: Client, lot: Lot, name: str) -> None:
    Lot.objects.filter(pk=lot.pk).update(state=Lot.State.RECALLED)
    response = as_doctor.post(page(f"lot_{name}", lot.pk), POSTS[name], follow=True)

    assert response.redirect_chain[0][0] == page("lot_change", lot.pk)
    assert "Det kan ikke gjøres slik loten er nå." in text(response)
    assert page(f"lot_{name}", lot.pk) not in response.content.decode()
    lot.refresh_from_db()
    assert lot.state == Lot.State.RECALLED


def test_a_new_lot_comes_with_its_first_delivery(as_lead: Client, lead: Staff) -> None:
    clinic, product = make_clinic(), make_product()
    last_day = DAY + timedelta(days=60)
    asked = as_lead.get(page("lot_add"))
    assert asked.context["form"]["clinic"].value() == clinic.pk, "there is no other to choose"

    response = as_lead.post(
        page("lot_add"),
        {
            "clinic": clinic.pk,
            "product": product.pk,
            "number": "ny7",
            "expires_on": last_day.isoformat(),
            "vials": 40,
            "note": "To esker",
        },
    )

    assert response.status_code == 302, errors(response)
    lot = Lot.objects.get()
    assert (lot.number, lot.expires_on, on_hand(lot)) == ("NY7", last_day, 40)
    assert (lot.entries.get().by, lot.entries.get().note) == (lead, "To esker")


def test_a_delivery_for_another_clinic_is_no_choice(as_lead: Client) -> None:
    elsewhere = make_clinic(slug="elsewhere")
    response = as_lead.post(
        page("lot_add"),
        {
            "clinic": elsewhere.pk,
            "product": make_product().pk,
            "number": "X1",
            "expires_on": DAY.isoformat(),
            "vials": 1,
        },
    )

    assert list(errors(response)) == ["clinic"]
    assert not Lot.objects.exists()


def test_the_lots_page_shows_its_whole_ledger(as_doctor: Client, doctor: Staff, lot: Lot) -> None:
    make_thawing(lot=lot, vials=3, now=at("14.00"))
    make_vial(lot=lot, now=at("14.30"))
    as_doctor.post(page("lot_write_off", lot.pk), POSTS["write_off"])
    as_doctor.post(page("lot_excursion", lot.pk), POSTS["excursion"])

    shown = text(as_doctor.get(page("lot_change", lot.pk)))

    ledger = shown.partition("Lagerlisten")[2]
    assert "levering +10 10" in ledger
    assert "åpnet 26.11.2026 \N{MINUS SIGN}1 9" in ledger
    assert "svinn \N{MINUS SIGN}2 7 Knust lund" in ledger
    assert "26.11.2026 02.00 – 26.11.2026 06.30: 12 °C i kjøleskapet" in ledger
    assert "2 tinte, åpnes før" in shown
    assert page("lot_release", lot.pk) in as_doctor.get(page("lot_change", lot.pk)).content.decode()


def test_an_auditor_reads_and_is_offered_nothing_to_do(lot: Lot) -> None:
    auditor = browser_of(lot.clinic, Role.AUDITOR)

    html = auditor.get(page("lot_change", lot.pk)).content.decode()

    assert "levering" in html
    assert [name for name in ACTIONS if page(f"lot_{name}", lot.pk) in html] == []
    assert "Ny levering" not in text(auditor.get(page("lot_changelist")))


def test_on_top_of_the_list_stands_what_each_clinic_has(as_doctor: Client, lot: Lot) -> None:
    make_thawing(lot=lot, vials=3, use_before=at("21.00"), now=at("14.00"))
    late = make_thawing(lot=lot, vials=2, use_before=at("14.50"), now=at("14.00"))
    make_lot(clinic=lot.clinic, product=lot.product, number="STOPPET", vials=7, state="quarantined")
    elsewhere = make_clinic(slug="elsewhere", name="Et annet sted")
    make_lot(clinic=elsewhere, vials=33)

    response = as_doctor.get(page("lot_changelist"))

    shown = text(response)
    assert "8 uåpnede glass på lager (5 frosne, 3 tinte)" in shown
    assert "3 tinte av lot 4F21 til torsdag 26. november" in shown
    assert "åpnes før torsdag 26. november kl. 21.00" in shown
    assert "2 tinte av lot 4F21 er over fristen – avskriv" in shown
    assert page("thawing_write_off", late.pk) in response.content.decode()
    assert "I tillegg 7 som ikke kan brukes" in shown
    assert "Et annet sted" not in shown


def test_an_empty_stock_says_what_to_do(as_lead: Client, clinic: Clinic) -> None:
    assert "Registrer en levering med «Ny levering»." in text(as_lead.get(page("lot_changelist")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"GAMMEL", "SNART", "SENERE", "TOM"}),
        ("?utlop=utlopt", {"GAMMEL"}),
        ("?utlop=snart", {"SNART", "TOM"}),
        ("?utlop=senere", {"SENERE"}),
        ("?lager=ja", {"GAMMEL", "SNART", "SENERE"}),
        ("?lager=nei", {"TOM"}),
        ("?state__exact=quarantined", {"SENERE"}),
        ("?q=nar", {"SNART"}),
    ],
)
def test_lots_are_found_by_search_and_filters(
    as_lead: Client, clinic: Clinic, query: str, found: set[str]
) -> None:
    make_lot(number="GAMMEL", expires_on=DAY - timedelta(days=1))
    make_lot(number="SNART", expires_on=DAY + timedelta(days=30))
    make_lot(number="SENERE", expires_on=DAY + timedelta(days=31), state="quarantined")
    make_lot(number="TOM", expires_on=DAY, vials=0)

    response = as_lead.get(page("lot_changelist") + query)

    assert {lot.number for lot in response.context["cl"].result_list} == found
