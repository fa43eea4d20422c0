"""A lot is stopped and let go again."""

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Staff
from tests.factories import (
    actor_of,
    at,
    make_clinic,
    make_doctor,
    make_dose,
    make_lot,
    make_staff,
    make_vial,
)
from vaccinations.domain.lot_state import LotMoveNotAllowedError
from vaccinations.models import Lot
from vaccinations.selectors import usable_lots
from vaccinations.services.doses import LotBlockedError
from vaccinations.services.lot_moves import (
    ExcursionTimeError,
    quarantine,
    release,
    report_excursion,
)
from vaccinations.services.signing import NoHprNumberError, NotAClinicianError
from vaccinations.services.stock import LotUnknownError, ReasonMissingError

pytestmark = pytest.mark.django_db
NOW = at("15.00")


@pytest.fixture
def lot() -> Lot:
    return make_lot()


def by(staff: Staff, lot: Lot) -> Actor:
    return actor_of(staff, lot.clinic)


def stop(lot: Lot, note: str = "Uklar merking") -> Lot:
    lead = make_staff(Role.LEAD, clinic=lot.clinic)
    return quarantine(lot_id=lot.pk, clinic_id=lot.clinic_id, note=note, by=by(lead, lot), now=NOW)


def let_go(lot: Lot, staff: Staff, note: str = "Leverandøren har svart") -> Lot:
    return release(lot_id=lot.pk, clinic_id=lot.clinic_id, note=note, by=by(staff, lot), now=NOW)


def excursion(lot: Lot, **changed: object) -> Lot:
    return report_excursion(
        **{  # type: ignore[arg-type]
            "lot_id": lot.pk,
            "clinic_id": lot.clinic_id,
            "since": at("02.00"),
            "until": at("06.30"),
            "temperatures": "12 °C i kjøleskapet",
            "by": by(make_staff(Role.LEAD, clinic=lot.clinic), lot),
            "now": NOW,
            **changed,
        }
    )


def test_a_lot_in_quarantine_is_neither_opened_nor_given(lot: Lot) -> None:
    vial = make_vial(lot=lot, now=NOW)
    stop(lot)

    lot.refresh_from_db()
    assert lot.state == Lot.State.QUARANTINED
    assert usable_lots(lot.clinic_id, product_id=lot.product_id, now=NOW) == []
    with pytest.raises(LotBlockedError):
        make_dose(vial=vial, now=NOW)
    entry = lot.entries.get(kind="quarantined")
    assert (entry.vials, entry.note) == (0, "Uklar merking")
    assert AuditEntry.objects.get(action="lot.quarantined").reason == "usable quarantined"


def test_an_excursion_is_kept_as_told_and_stops_the_lot(lot: Lot) -> None:
    excursion(lot)
    lot.refresh_from_db()
    assert lot.state == Lot.State.QUARANTINED
    entry = lot.entries.get(kind="excursion")
    assert (entry.since, entry.until, entry.note) == (
        at("02.00"),
        at("06.30"),
        "12 °C i kjøleskapet",
    )


def test_a_second_excursion_in_quarantine_is_kept_too(lot: Lot) -> None:
    excursion(lot)
    excursion(lot, temperatures="25 °C på benken")
    lot.refresh_from_db()
    assert lot.state == Lot.State.QUARANTINED
    assert lot.entries.filter(kind="excursion").count() == 2


@pytest.mark.parametrize(
    "times", [{"since": at("07.00")}, {"until": at("15.01")}], ids=["backwards", "in the future"]
)
def test_an_excursion_has_ended_after_it_began(lot: Lot, times: dict[str, object]) -> None:
    with pytest.raises(ExcursionTimeError):
        excursion(lot, **times)
    assert not lot.entries.filter(kind="excursion").exists()


def test_a_clinician_with_an_hpr_number_lets_it_go(lot: Lot) -> None:
    stop(lot)
    doctor = make_doctor(clinic=lot.clinic)

    let_go(lot, doctor)

    lot.refresh_from_db()
    assert lot.state == Lot.State.USABLE
    entry = lot.entries.get(kind="released")
    assert (entry.by, entry.note) == (doctor, "Leverandøren har svart")
    make_vial(lot=lot, now=NOW)


def test_nobody_else_lets_it_go(lot: Lot) -> None:
    stop(lot)
    with pytest.raises(NotAClinicianError):
        let_go(lot, make_staff(Role.LEAD, Role.ADMIN, clinic=lot.clinic, hpr_number="9000012"))
    with pytest.raises(NotAClinicianError):
        let_go(lot, make_doctor(clinic=make_clinic(slug="elsewhere")))
    with pytest.raises(NoHprNumberError):
        let_go(lot, make_staff(Role.CLINICIAN, clinic=lot.clinic))
    lot.refresh_from_db()
    assert lot.state == Lot.State.QUARANTINED


def test_every_move_says_why(lot: Lot) -> None:
    with pytest.raises(ReasonMissingError):
        stop(lot, note=" ")
    with pytest.raises(ReasonMissingError):
        excursion(lot, temperatures="")
    stop(lot)
    with pytest.raises(ReasonMissingError):
        let_go(lot, make_doctor(clinic=lot.clinic), note="")


def test_a_recall_is_final(lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(state=Lot.State.RECALLED)
    for act in (stop, excursion, lambda lot: let_go(lot, make_doctor(clinic=lot.clinic))):
        with pytest.raises(LotMoveNotAllowedError):
            act(lot)
    lot.refresh_from_db()
    assert lot.state == Lot.State.RECALLED
    assert [entry.kind for entry in lot.entries.all()] == ["delivery"]


def test_a_lot_of_another_clinic_is_unknown(lot: Lot) -> None:
    with pytest.raises(LotUnknownError):
        excursion(lot, clinic_id=make_clinic(slug="elsewhere").pk)
