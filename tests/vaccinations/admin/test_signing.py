"""The doctor signs in the admin; the others read."""

from datetime import date, timedelta

import pytest
from django.test import Client

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.care.dayboard.pages import text
from tests.factories import DAY, make_clinic, make_order, make_product, make_window
from tests.vaccinations.admin.office import NOW, browser_of, errors, page
from vaccinations.models import InUseWindow, StandingOrder
from vaccinations.selectors import standing_order

OFFICE = [Role.ADMIN, Role.LEAD, Role.CLINICIAN, Role.AUDITOR]


def window(clinic: Clinic, minutes: object = 90) -> dict[str, object]:
    return {"clinic": clinic.pk, "product": make_product().pk, "minutes": minutes}


def order(clinic: Clinic, **changed: object) -> dict[str, object]:
    return {
        "clinic": clinic.pk,
        "product": make_product().pk,
        "text": "Gi 0,1 ml i huden.",
        "valid_from": DAY.isoformat(),
        "valid_until": "",
        **changed,
    }


def test_the_doctor_signs_a_window_for_the_own_clinic(
    as_doctor: Client, doctor: Staff, clinic: Clinic
) -> None:
    response = as_doctor.post(page("inusewindow_add"), window(clinic))

    assert response.headers["Location"] == page("inusewindow_changelist")
    signed = InUseWindow.objects.get()
    assert (signed.minutes, signed.set_by, signed.hpr_number) == (90, doctor, "9000011")
    assert AuditEntry.objects.get(action="window.signed").clinic_id == clinic.pk


def test_the_page_says_what_the_minutes_mean_and_which_are_in_force(
    as_doctor: Client, clinic: Clinic
) -> None:
    empty = text(as_doctor.get(page("inusewindow_add")))
    make_window(clinic=clinic, minutes=45)
    make_window(clinic=clinic, minutes=75)
    make_window(clinic=make_clinic(slug="elsewhere", name="Et annet sted"), minutes=33)
    shown = text(as_doctor.get(page("inusewindow_add")))

    assert "Ingen brukstid er signert ennå." in empty
    assert "Fra 1 til 480 minutter (8 timer)." in shown
    assert "står i vaksinens preparatomtale" in shown
    assert "har ansvaret for den som lege på stedet" in shown
    assert "75 minutter, signert av Dr. Lund" in shown
    assert "45 minutter" not in shown
    assert "33 minutter" not in shown


@pytest.mark.parametrize("minutes", ["0", "481", "to timer", ""])
def test_wrong_minutes_are_refused_beside_the_field_and_kept(
    as_doctor: Client, clinic: Clinic, minutes: str
) -> None:
    response = as_doctor.post(page("inusewindow_add"), window(clinic, minutes))

    assert list(errors(response)) == ["minutes"]
    assert response.context["form"]["minutes"].value() == minutes
    assert not InUseWindow.objects.exists()


def test_without_an_hpr_number_the_doctor_hears_who_can_help(
    as_doctor: Client, clinic: Clinic
) -> None:
    Staff.objects.update(hpr_number="")

    response = as_doctor.post(page("inusewindow_add"), window(clinic))

    assert "mangler HPR-nummer" in errors(response)["__all__"][0]
    assert "mangler HPR-nummer" in text(response)
    assert not InUseWindow.objects.exists()


def test_a_superuser_sees_the_page_but_has_nobodys_signature(
    client: Client, clinic: Clinic
) -> None:
    log_in(client, make_staff("root", superuser=True))

    for name, posted in (("inusewindow_add", window(clinic)), ("standingorder_add", order(clinic))):
        assert client.get(page(name)).status_code == 200
        assert "Bare den som er behandler" in errors(client.post(page(name), posted))["__all__"][0]
    assert not InUseWindow.objects.exists()
    assert not StandingOrder.objects.exists()


def test_another_clinic_is_no_choice(as_doctor: Client, clinic: Clinic) -> None:
    elsewhere = make_clinic(slug="elsewhere")

    assert list(errors(as_doctor.post(page("inusewindow_add"), window(elsewhere)))) == ["clinic"]
    assert list(errors(as_doctor.post(page("standingorder_add"), order(elsewhere)))) == ["clinic"]


@pytest.mark.parametrize("role", OFFICE)
def test_every_office_role_reads_and_only_the_clinician_signs(clinic: Clinic, role: Role) -> None:
    kept, signed = make_window(clinic=clinic), make_order(clinic=clinic)
    reader = browser_of(clinic, role)

    assert "120" in text(reader.get(page("inusewindow_change", kept.pk)))
    assert signed.text in text(reader.get(page("standingorder_change", signed.pk)))
    due = 200 if role is Role.CLINICIAN else 403
    assert reader.get(page("inusewindow_add")).status_code == due
    assert reader.post(page("inusewindow_add"), window(clinic, 0)).status_code == due
    assert reader.get(page("standingorder_withdraw", signed.pk)).status_code == due
    assert reader.post(page("standingorder_withdraw", signed.pk)).status_code == due
    signed.refresh_from_db()
    # The clinician here has no HPR number.
    assert signed.withdrawn_at is None


@pytest.mark.parametrize("name", ["inusewindow", "standingorder"])
def test_nobody_edits_what_is_signed(client: Client, clinic: Clinic, name: str) -> None:
    log_in(client, make_staff("root", superuser=True))
    row = make_window(clinic=clinic) if name == "inusewindow" else make_order(clinic=clinic)

    assert client.post(page(f"{name}_change", row.pk), {"minutes": 1}).status_code == 403
    assert client.post(page(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_doctor_signs_an_order_that_then_holds(
    as_doctor: Client, doctor: Staff, clinic: Clinic
) -> None:
    until = DAY + timedelta(days=90)
    as_doctor.post(page("standingorder_add"), order(clinic, valid_until=until.isoformat()))

    found = standing_order(clinic_id=clinic.pk, product_id=make_product().pk, on=DAY)
    assert found is not None
    assert (found.signed_by, found.hpr_number) == (doctor, "9000011")
    assert (found.text, found.valid_until) == ("Gi 0,1 ml i huden.", until)


def test_the_order_page_begins_with_what_the_board_asked_for(
    as_doctor: Client, clinic: Clinic
) -> None:
    make_product(name="En annen")
    product = make_product()

    response = as_doctor.get(
        page("standingorder_add"), {"clinic": clinic.pk, "product": product.pk}
    )

    form = response.context["form"]
    assert str(form["clinic"].value()) == str(clinic.pk)
    assert str(form["product"].value()) == str(product.pk)
    assert form["valid_from"].value() == DAY


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"valid_until": (DAY - timedelta(days=1)).isoformat()}, "valid_until"),
        ({"valid_from": "i morgen"}, "valid_from"),
        ({"product": ""}, "product"),
    ],
)
def test_a_wrong_order_is_refused_beside_the_field(
    as_doctor: Client, clinic: Clinic, wrong: dict[str, object], field: str
) -> None:
    response = as_doctor.post(page("standingorder_add"), order(clinic, **wrong))

    assert list(errors(response)) == [field]
    assert not StandingOrder.objects.exists()


def test_withdrawing_is_asked_first_and_says_what_follows(
    as_doctor: Client, doctor: Staff, clinic: Clinic
) -> None:
    older, newer = make_order(clinic=clinic), make_order(clinic=clinic, now=NOW)
    address = page("standingorder_withdraw", newer.pk)

    assert "1 annen ordinasjon" in text(as_doctor.get(address))
    assert StandingOrder.objects.filter(withdrawn_at=None).count() == 2
    as_doctor.post(address)
    assert "kan ingen doser av vaksinen gis" in text(
        as_doctor.get(page("standingorder_withdraw", older.pk))
    )

    newer.refresh_from_db()
    assert (newer.withdrawn_by, newer.withdrawn_at) == (doctor, NOW)
    again = as_doctor.post(address, follow=True)
    assert "trukket tilbake allerede" in text(again)
    assert address not in again.content.decode()


def test_an_order_of_another_clinic_does_not_exist(as_doctor: Client) -> None:
    theirs = make_order(clinic=make_clinic(slug="elsewhere"))
    address = page("standingorder_withdraw", theirs.pk)

    assert as_doctor.get(address).status_code == 404
    assert as_doctor.post(address).status_code == 404
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_the_list_says_which_order_holds(as_doctor: Client, clinic: Clinic) -> None:
    make_order(clinic=clinic, valid_until=DAY - timedelta(days=1))
    make_order(clinic=clinic, valid_from=DAY + timedelta(days=1))
    make_order(clinic=clinic)
    withdrawn = make_order(clinic=clinic, valid_from=date(2021, 1, 1))
    as_doctor.post(page("standingorder_withdraw", withdrawn.pk))

    shown = text(as_doctor.get(page("standingorder_changelist")))

    for words in ("utløpt", "ikke begynt", "gjelder", "trukket tilbake"):
        assert f" {words} " in shown
