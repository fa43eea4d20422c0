"""The ledger: what comes, goes and is counted, and never below nothing."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic
from tests.factories import (
    DAY,
    OPENING,
    actor_of,
    at,
    make_clinic,
    make_doctor,
    make_lot,
    make_product,
    make_staff,
    make_thawing,
    make_vial,
)
from vaccinations.models import Lot, LotEntry
from vaccinations.selectors import Stock, stock_of, usable_lots, with_stock
from vaccinations.selectors.ledger import ledger_of
from vaccinations.services.stock import (
    ExpiryDiffersError,
    LotExpiredError,
    LotRecalledError,
    LotUnknownError,
    NotAPositiveNumberError,
    NotEnoughError,
    NothingToWriteOffError,
    ReasonMissingError,
    StockChangedError,
    ThawedNotReturnedError,
    ThawedVialsLeftError,
    count_stock,
    receive,
    write_off,
    write_off_thawed,
)

pytestmark = pytest.mark.django_db
NOW = at("15.00")
LAST_DAY = DAY + timedelta(days=30)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def by(clinic: Clinic) -> Actor:
    return actor_of(make_staff(Role.LEAD, clinic=clinic), clinic, Role.LEAD)


def take_in(
    clinic: Clinic, by: Actor, vials: int = 10, number: str = "A1", expires_on: date = LAST_DAY
) -> Lot:
    return receive(
        clinic_id=clinic.pk,
        product_id=make_product().pk,
        number=number,
        expires_on=expires_on,
        vials=vials,
        by=by,
        now=NOW,
    )


def stock(lot: Lot) -> Stock:
    rows = with_stock(Lot.objects.filter(pk=lot.pk).select_related("product"), now=NOW)
    return stock_of(rows.get())


def count(lot: Lot, by: Actor, counted: int, note: str = "", expected: int | None = None) -> None:
    count_stock(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        counted=counted,
        expected=stock(lot).on_hand if expected is None else expected,
        note=note,
        by=by,
        now=NOW,
    )


def lose(lot: Lot, by: Actor, vials: int, **options: object) -> None:
    write_off(
        **{  # type: ignore[arg-type]
            "lot_id": lot.pk,
            "clinic_id": lot.clinic_id,
            "vials": vials,
            "note": "Knust",
            "by": by,
            "now": NOW,
            **options,
        }
    )


def test_a_delivery_makes_a_lot_and_more_of_it_is_added_whatever_the_case(
    clinic: Clinic, by: Actor
) -> None:
    lot = take_in(clinic, by, 10)
    again = take_in(clinic, by, 5, number=" a1 ")

    assert again == lot
    assert stock(lot).on_hand == 15
    assert [entry.vials for entry in lot.entries.all()] == [10, 5]
    assert {str(entry.by_id) for entry in lot.entries.all()} == {by.id}
    audited = AuditEntry.objects.filter(action="lot.received", object_id=str(lot.pk))
    assert [entry.reason for entry in audited.order_by("pk")] == ["+10", "+5"]


def test_the_same_number_at_another_clinic_is_another_lot(clinic: Clinic, by: Actor) -> None:
    other = make_clinic(slug="elsewhere")
    assert take_in(clinic, by) != take_in(other, by)


def test_more_of_a_lot_with_another_last_day_is_refused(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by)
    with pytest.raises(ExpiryDiffersError) as refused:
        take_in(clinic, by, expires_on=LAST_DAY + timedelta(days=1))
    assert refused.value.known == LAST_DAY
    assert stock(lot).on_hand == 10


def test_what_is_expired_recalled_or_nothing_is_not_taken_in(clinic: Clinic, by: Actor) -> None:
    with pytest.raises(LotExpiredError):
        take_in(clinic, by, expires_on=DAY - timedelta(days=1))
    with pytest.raises(NotAPositiveNumberError):
        take_in(clinic, by, vials=0)
    assert not Lot.objects.exists()
    lot = take_in(clinic, by, expires_on=DAY)
    Lot.objects.filter(pk=lot.pk).update(state=Lot.State.RECALLED)
    with pytest.raises(LotRecalledError):
        take_in(clinic, by, expires_on=DAY)
    assert stock(lot).on_hand == 10


def test_on_hand_is_what_came_less_what_went_and_was_opened(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by, 10)
    lose(lot, by, 2)
    lose(lot, by, 1, returned=True)
    count(lot, by, 6, note="En lå i et annet skap")
    make_vial(clinic=clinic, lot=lot, now=OPENING)

    assert stock(lot).on_hand == 5
    assert [(one.vials, one.balance) for one in ledger_of(lot.pk)] == [
        (-1, 5),
        (-1, 6),
        (-1, 7),
        (-2, 8),
        (10, 10),
    ]
    kinds = [entry.kind for entry in lot.entries.all()]
    assert kinds == ["delivery", "loss", "returned", "count"]


def test_a_count_that_agrees_is_kept_too_and_needs_no_reason(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by)
    count(lot, by, 10)
    assert lot.entries.get(kind="count").vials == 0


@pytest.mark.parametrize("counted", [9, 11])
def test_a_difference_needs_a_reason(clinic: Clinic, by: Actor, counted: int) -> None:
    lot = take_in(clinic, by)
    with pytest.raises(ReasonMissingError):
        count(lot, by, counted, note="  ")
    count(lot, by, counted, note="Telt to ganger")
    assert stock(lot).on_hand == counted
    assert lot.entries.get(kind="count").note == "Telt to ganger"


def test_what_changed_while_it_was_counted_is_told(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by)
    with pytest.raises(StockChangedError) as refused:
        count(lot, by, 10, expected=9)
    assert refused.value.on_hand == 10
    with pytest.raises(NotAPositiveNumberError):
        count(lot, by, -1)


def test_more_than_there_is_cannot_be_written_off(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by, 3)
    make_vial(clinic=clinic, lot=lot, now=NOW)
    with pytest.raises(NotEnoughError) as refused:
        lose(lot, by, 3)
    assert refused.value.there == 2
    with pytest.raises(NotAPositiveNumberError):
        lose(lot, by, 0)
    with pytest.raises(ReasonMissingError):
        lose(lot, by, 1, note=" ")
    assert stock(lot).on_hand == 2


def test_a_lot_of_another_clinic_is_unknown(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by)
    other = make_clinic(slug="elsewhere")
    with pytest.raises(LotUnknownError):
        lose(lot, by, 1, clinic_id=other.pk)


def test_an_empty_lot_is_not_offered(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by, 1)
    lose(lot, by, 1)
    assert usable_lots(clinic.pk, product_id=lot.product_id, now=NOW) == []


def test_the_database_itself_refuses_to_edit_the_ledger(clinic: Clinic, by: Actor) -> None:
    lot = take_in(clinic, by)
    with pytest.raises(ProgrammingError), transaction.atomic():
        LotEntry.objects.filter(lot=lot).update(vials=1000)
    with pytest.raises(ProgrammingError), transaction.atomic():
        LotEntry.objects.filter(lot=lot).delete()
    assert stock(lot).on_hand == 10


@pytest.fixture
def frozen() -> Lot:
    return make_lot(product=make_product(name="Frossen", stored_frozen=True), vials=10)


def test_thawed_vials_are_lost_by_themselves(frozen: Lot, by: Actor) -> None:
    thawing = make_thawing(lot=frozen, vials=4, now=at("14.00"))
    lose(frozen, by, 1, thawing_id=thawing.pk)

    left = stock(frozen)
    assert (left.on_hand, left.thawed, left.frozen) == (9, 3, 6)
    with pytest.raises(NotEnoughError) as thawed:
        lose(frozen, by, 4, thawing_id=thawing.pk)
    with pytest.raises(NotEnoughError) as of_the_frozen:
        lose(frozen, by, 7)
    assert (thawed.value.there, of_the_frozen.value.there) == (3, 6)
    with pytest.raises(ThawedNotReturnedError):
        lose(frozen, by, 1, thawing_id=thawing.pk, returned=True)
    with pytest.raises(ThawedVialsLeftError) as counted:
        count(frozen, by, 2, note="Flere er borte")
    assert counted.value.thawed == 3


def test_a_thawing_of_another_lot_has_nothing_to_lose(frozen: Lot, by: Actor) -> None:
    other = make_lot(product=frozen.product, number="F2")
    thawing = make_thawing(lot=other, vials=4, now=at("14.00"))
    with pytest.raises(NotEnoughError):
        lose(frozen, by, 1, thawing_id=thawing.pk)


def test_what_was_not_used_in_time_is_written_off_in_one_act(frozen: Lot, by: Actor) -> None:
    thawing = make_thawing(lot=frozen, vials=4, use_before=at("20.00"), now=at("14.00"))
    make_vial(lot=frozen, now=at("16.00"))

    def finish(now: object, note: str = "Færre møtte") -> None:
        write_off_thawed(
            thawing_id=thawing.pk,
            clinic_id=frozen.clinic_id,
            note=note,
            by=by,
            now=now,  # type: ignore[arg-type]
        )

    with pytest.raises(NothingToWriteOffError):
        finish(at("19.59"))
    with pytest.raises(ReasonMissingError):
        finish(at("20.00"), note="")
    finish(at("20.00"))

    entry = frozen.entries.get(kind="loss")
    assert (entry.vials, entry.thawing, entry.note) == (-3, thawing, "Færre møtte")
    left = stock(frozen)
    assert (left.on_hand, left.thawed, left.frozen) == (6, 0, 6)
    with pytest.raises(NothingToWriteOffError):
        finish(at("21.00"))


def test_a_doctor_may_be_the_one_who_counts(clinic: Clinic) -> None:
    doctor = make_doctor(clinic=clinic)
    lot = take_in(clinic, actor_of(doctor, clinic, Role.CLINICIAN))
    assert lot.entries.get().by == doctor
