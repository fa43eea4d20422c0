"""What the doctor signs: who may, what stays, what counts."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from tests.factories import (
    BEFORE,
    DAY,
    actor_of,
    at,
    make_clinic,
    make_doctor,
    make_order,
    make_patient,
    make_product,
    make_staff,
    make_vial,
    make_window,
)
from vaccinations.models import Dose, InUseWindow, StandingOrder
from vaccinations.selectors import clinicians_who_sign, in_use_window, standing_order
from vaccinations.services.doses import NoStandingOrderError, give
from vaccinations.services.orders import (
    EmptyOrderError,
    OrderEndedError,
    OrderWithdrawnError,
    WindowOutOfRangeError,
    sign_in_use_window,
    sign_standing_order,
    withdraw_standing_order,
)
from vaccinations.services.signing import NoHprNumberError, NotAClinicianError

pytestmark = pytest.mark.django_db
NOW = at("15.00")


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def doctor(clinic: Clinic) -> Staff:
    return make_doctor(clinic=clinic)


def sign_window(clinic: Clinic, by: Actor, minutes: int = 60) -> InUseWindow:
    return sign_in_use_window(
        clinic_id=clinic.pk, product_id=make_product().pk, minutes=minutes, by=by, now=NOW
    )


def in_force(clinic: Clinic, on: object = DAY) -> StandingOrder | None:
    return standing_order(clinic_id=clinic.pk, product_id=make_product().pk, on=on)  # type: ignore[arg-type]


def test_a_window_keeps_the_doctors_number_and_supersedes_the_one_before(
    clinic: Clinic, doctor: Staff
) -> None:
    sign_window(clinic, actor_of(doctor, clinic), 60)
    newer = sign_window(clinic, actor_of(doctor, clinic), 90)
    doctor.hpr_number = "1234567"
    doctor.save()

    found = in_use_window(clinic_id=clinic.pk, product_id=make_product().pk)
    assert found == newer
    assert (found.minutes, found.hpr_number, found.set_by) == (90, "9000011", doctor)
    assert InUseWindow.objects.count() == 2
    entry = AuditEntry.objects.get(action="window.signed", object_id=str(newer.pk))
    assert (entry.actor_id, entry.reason) == (str(doctor.pk), "90")


def test_the_database_itself_refuses_to_edit_a_signed_window(clinic: Clinic, doctor: Staff) -> None:
    window = sign_window(clinic, actor_of(doctor, clinic))
    for act in (
        lambda: InUseWindow.objects.filter(pk=window.pk).update(minutes=480),
        lambda: InUseWindow.objects.filter(pk=window.pk).delete(),
    ):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            act()
    window.refresh_from_db()
    assert window.minutes == 60


@pytest.mark.parametrize("minutes", [0, -1, 481])
def test_a_window_is_1_to_480_minutes(clinic: Clinic, doctor: Staff, minutes: int) -> None:
    with pytest.raises(WindowOutOfRangeError):
        sign_window(clinic, actor_of(doctor, clinic), minutes)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINICIAN])
def test_another_role_does_not_sign(clinic: Clinic, role: Role) -> None:
    other = make_staff(role, clinic=clinic, hpr_number="9000012")
    with pytest.raises(NotAClinicianError):
        sign_window(clinic, actor_of(other, clinic, role))


def test_neither_does_the_system_nor_a_superuser_without_the_role(clinic: Clinic) -> None:
    boss = Staff.objects.create_superuser("root@example.org", "x", name="R", hpr_number="9000013")
    for by in (Actor.system(), Actor.staff(boss.pk, clinic_id=clinic.pk)):
        with pytest.raises(NotAClinicianError):
            sign_window(clinic, by)


def test_a_clinician_of_another_clinic_or_of_yesterday_does_not_sign(
    clinic: Clinic, doctor: Staff
) -> None:
    elsewhere = make_doctor(clinic=make_clinic(slug="elsewhere"))
    Membership.objects.filter(staff=doctor).update(valid_until=DAY - timedelta(days=1))
    for by in (elsewhere, doctor):
        with pytest.raises(NotAClinicianError):
            sign_window(clinic, actor_of(by, clinic))


def test_a_user_who_has_been_closed_does_not_sign(clinic: Clinic, doctor: Staff) -> None:
    Staff.objects.filter(pk=doctor.pk).update(is_active=False)
    with pytest.raises(NotAClinicianError):
        sign_window(clinic, actor_of(doctor, clinic))


def test_without_an_hpr_number_nobody_signs_either(clinic: Clinic) -> None:
    nameless = make_staff(Role.CLINICIAN, clinic=clinic)
    with pytest.raises(NoHprNumberError):
        sign_window(clinic, actor_of(nameless, clinic))
    assert clinicians_who_sign(clinic.pk, on=DAY) == []
    assert not InUseWindow.objects.exists()


def test_an_order_holds_from_its_first_to_its_last_day(clinic: Clinic) -> None:
    order = make_order(clinic=clinic, valid_from=DAY, valid_until=DAY + timedelta(days=2), now=NOW)
    days = [DAY + timedelta(days=number) for number in (-1, 0, 2, 3)]
    assert [in_force(clinic, day) for day in days] == [None, order, order, None]


def test_the_newest_of_those_that_hold_counts_and_others_stay(clinic: Clinic) -> None:
    old = make_order(clinic=clinic)
    new = make_order(clinic=clinic, now=NOW)
    to_come = make_order(clinic=clinic, valid_from=DAY + timedelta(days=5), now=at("15.30"))
    assert in_force(clinic) == new
    assert in_force(clinic, DAY + timedelta(days=5)) == to_come

    withdraw(new)

    assert in_force(clinic) == old
    assert StandingOrder.objects.count() == 3


def test_an_order_of_another_clinic_or_product_does_not_count(clinic: Clinic) -> None:
    make_order(clinic=make_clinic(slug="elsewhere"))
    make_order(clinic=clinic, product=make_product(name="En annen"))
    assert in_force(clinic) is None


def withdraw(order: StandingOrder, by: Staff | None = None) -> StandingOrder:
    doctor = by or make_doctor(clinic=order.clinic, name="Dr. Nes")
    return withdrawn_by(doctor, order)


def withdrawn_by(staff: Staff, order: StandingOrder) -> StandingOrder:
    return withdraw_standing_order(
        order_id=order.pk,
        clinic_id=order.clinic_id,
        by=actor_of(staff, order.clinic, Role.CLINICIAN),
        now=NOW,
    )


def test_a_withdrawn_order_is_kept_with_who_withdrew_it(clinic: Clinic) -> None:
    order, colleague = make_order(clinic=clinic), make_doctor(clinic=clinic, name="Dr. Nes")

    withdrawn = withdraw(order, colleague)

    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == (colleague, NOW)
    assert in_force(clinic) is None
    assert AuditEntry.objects.get(action="order.withdrawn").object_id == str(order.pk)
    with pytest.raises(OrderWithdrawnError):
        withdraw(order)


def test_only_a_signer_of_the_clinic_withdraws(clinic: Clinic) -> None:
    order = make_order(clinic=clinic)
    with pytest.raises(NotAClinicianError):
        withdrawn_by(make_staff(Role.LEAD, clinic=clinic), order)
    elsewhere = make_clinic(slug="elsewhere")
    other = make_doctor(clinic=elsewhere)
    with pytest.raises(OrderWithdrawnError):
        withdraw_standing_order(
            order_id=order.pk,
            clinic_id=elsewhere.pk,
            by=actor_of(other, elsewhere),
            now=NOW,
        )
    assert in_force(clinic) == order


def test_an_order_says_something_and_has_not_ended(clinic: Clinic, doctor: Staff) -> None:
    def sign(**changed: object) -> None:
        sign_standing_order(
            **{  # type: ignore[arg-type]
                "clinic_id": clinic.pk,
                "product_id": make_product().pk,
                "text": "Gi vaksinen.",
                "valid_from": DAY,
                "valid_until": DAY,
                "by": actor_of(doctor, clinic),
                "now": NOW,
                **changed,
            }
        )

    with pytest.raises(EmptyOrderError):
        sign(text="  \n")
    with pytest.raises(OrderEndedError):
        sign(valid_from=DAY + timedelta(days=1))
    with pytest.raises(OrderEndedError):
        sign(valid_from=DAY - timedelta(days=9), valid_until=DAY - timedelta(days=1))
    sign()
    assert StandingOrder.objects.count() == 1


def give_one(vial: object, clinic: Clinic) -> Dose:
    return give(
        patient_id=make_patient().pk,
        vial_id=vial.pk,  # type: ignore[attr-defined]
        clinic_id=clinic.pk,
        dose_number=1,
        indication=Dose.Indication.PPV,
        ordered_route="intradermal",
        route="intradermal",
        site=Dose.Site.LEFT_ARM,
        previous_dose_on=None,
        by=actor_of(make_staff(clinic=clinic), clinic),
        now=at("17.00"),
    )


def test_a_dose_is_given_on_the_order_in_force_and_keeps_it(clinic: Clinic) -> None:
    vial = make_vial(clinic=clinic)
    order = make_order(clinic=clinic, now=NOW)

    assert give_one(vial, clinic).standing_order == order


def test_without_an_order_in_force_no_dose_is_given(clinic: Clinic) -> None:
    vial = make_vial(clinic=clinic)
    for order in StandingOrder.objects.all():
        withdraw(order)
    make_order(clinic=clinic, valid_until=DAY - timedelta(days=1), now=BEFORE - timedelta(days=9))

    with pytest.raises(NoStandingOrderError):
        give_one(vial, clinic)

    assert not Dose.objects.exists()


def test_a_window_is_not_an_order(clinic: Clinic) -> None:
    make_window(clinic=clinic)
    assert in_force(clinic) is None
