"""Products, vials and doses in the admin; and how much each list asks of the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic
from tests.access.logins import log_in
from tests.access.objects import make_objects
from tests.factories import (
    DAY,
    at,
    make_dose,
    make_lot,
    make_order,
    make_patient,
    make_product,
    make_thawing,
    make_vial,
    make_window,
)
from tests.vaccinations.admin.office import browser_of, page
from vaccinations.models import Dose, Lot, Product, Vial

LISTS = ["inusewindow", "standingorder", "lot", "thawing", "vial", "dose"]
MOST_QUERIES = 16


def test_an_administrator_changes_a_product_and_it_is_recorded(clinic: Clinic) -> None:
    product = make_product()
    admin = browser_of(clinic, Role.ADMIN)

    admin.post(
        page("product_change", product.pk),
        {"name": "Vaksinen", "vial_ml": "0.50", "stored_frozen": "on"},
    )

    assert Product.objects.get().stored_frozen
    entry = AuditEntry.objects.get(action="product.changed")
    assert (entry.object_id, entry.reason) == (str(product.pk), "stored_frozen")


@pytest.mark.parametrize("role", [Role.LEAD, Role.CLINICIAN, Role.AUDITOR])
def test_other_office_roles_only_read_products(clinic: Clinic, role: Role) -> None:
    product = make_product()
    reader = browser_of(clinic, role)

    assert reader.get(page("product_change", product.pk)).status_code == 200
    assert reader.post(page("product_change", product.pk), {"name": "X"}).status_code == 403


@pytest.mark.parametrize("name", ["vial", "dose"])
def test_neither_vials_nor_doses_name_a_patient(
    as_doctor: Client, clinic: Clinic, name: str
) -> None:
    patient = make_patient(given_name="Severin", family_name="Ødegård")
    dose = make_dose(patient=patient, now=at("14.00"))
    row: Dose | Vial = dose if name == "dose" else dose.vial

    for address in (page(f"{name}_changelist"), page(f"{name}_change", row.pk)):
        html = as_doctor.get(address).content.decode()
        assert dose.lot.number in html
        for telling in ("Severin", "Ødegård", str(patient.pk), patient.phone):
            assert telling not in html, address


@pytest.mark.django_db
def test_from_a_dose_and_a_vial_one_comes_to_the_board(client: Client) -> None:
    objects = make_objects()
    nurse_and_lead = browser_of(objects.clinic, Role.LEAD, name="leder")
    for row, there in (
        (objects.given, "dayboard:person"),
        (objects.given.vial, "dayboard:board"),
    ):
        name = row._meta.model_name
        shown = nurse_and_lead.get(page(f"{name}_change", row.pk))
        link = shown.context["working_page"]
        assert link in shown.content.decode()
        arrived = nurse_and_lead.get(link)
        assert arrived.headers["Location"].startswith(
            reverse("dayboard:board", args=[objects.session.pk])
        )
        assert nurse_and_lead.get(arrived.headers["Location"]).resolver_match.view_name == there


def test_who_does_not_stand_at_the_board_is_not_led_there(clinic: Clinic) -> None:
    dose = make_dose(now=at("14.00"))
    auditor = browser_of(clinic, Role.AUDITOR)

    assert "working_page" not in auditor.get(page("dose_change", dose.pk)).context


def test_doses_and_vials_are_found_by_filters(as_doctor: Client, clinic: Clinic) -> None:
    vial = make_vial(now=at("14.00"))
    make_dose(vial=vial, now=at("14.10"))
    other = make_vial(now=at("14.20"))
    Vial.objects.filter(pk=other.pk).update(closed_at=at("14.30"))

    def found(address: str) -> int:
        return len(as_doctor.get(address).context["cl"].result_list)

    assert found(page("vial_changelist") + "?lukket=nei") == 1
    assert found(page("vial_changelist") + "?lukket=ja") == 1
    assert found(page("dose_changelist") + "?annullert=ja") == 0
    assert found(page("dose_changelist") + "?annullert=nei") == 1
    assert found(page("dose_changelist") + "?q=4F21") == 1


def fill(clinic: Clinic, number: int) -> None:
    """Make one more of everything."""
    frozen = make_product(name="Frossen", stored_frozen=True)
    make_window(clinic=clinic)
    make_order(clinic=clinic)
    lot = make_lot(
        clinic=clinic,
        product=frozen,
        number=f"F{number}",
        expires_on=DAY + timedelta(days=number + 1),
        vials=5,
    )
    make_thawing(lot=lot, vials=2, use_before=at("14.30"), now=at("14.00"))
    make_thawing(lot=lot, vials=2, use_before=at("23.00"), now=at("14.00"))
    make_dose(
        patient=make_patient(), vial=make_vial(clinic=clinic, now=at("14.00")), now=at("14.10")
    )


def test_every_list_asks_the_same_few_queries_for_3_and_for_30_rows(
    as_doctor: Client, clinic: Clinic
) -> None:
    make_lot(clinic=clinic, vials=100)
    counts: dict[str, list[int]] = {name: [] for name in LISTS}
    made = 0
    for rows in (3, 30):
        while made < rows:
            fill(clinic, made)
            made += 1
        for name in LISTS:
            with CaptureQueriesContext(connection) as queries:
                response = as_doctor.get(page(f"{name}_changelist"))
            assert len(response.context["cl"].result_list) >= rows
            counts[name].append(len(queries))

    assert {name: few == many for name, (few, many) in counts.items()} == dict.fromkeys(LISTS, True)
    assert max(map(max, counts.values())) <= MOST_QUERIES, counts


def test_a_lots_page_asks_the_same_few_queries_however_long_its_ledger(
    as_doctor: Client, clinic: Clinic
) -> None:
    lot = make_lot(clinic=clinic, vials=100)
    counts = []
    for rows in (1, 20):
        for _ in range(rows):
            as_doctor.post(
                page("lot_write_off", lot.pk), {"what": "lost", "vials": 1, "note": "Knust"}
            )
            make_vial(lot=lot, now=at("14.00"))
        as_doctor.get(page("lot_change", lot.pk))  # shows the messages of what was done
        with CaptureQueriesContext(connection) as queries:
            as_doctor.get(page("lot_change", lot.pk))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES


@pytest.mark.django_db
def test_a_superuser_sees_the_lots_of_every_clinic(client: Client) -> None:
    from tests.access.objects import make_staff

    make_lot()
    log_in(client, make_staff("root", superuser=True))

    response = client.get(page("lot_changelist"))

    assert list(response.context["cl"].result_list) == list(Lot.objects.all())
