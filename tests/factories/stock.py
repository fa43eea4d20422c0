"""Vaccine, its orders and lots."""

from datetime import date, datetime, timedelta

from audit.domain import Actor
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.factories.clinics import actor_of, make_clinic, make_doctor, make_staff
from tests.factories.moments import BEFORE, DAY, LONG_AGO, OPENING
from vaccinations.models import InUseWindow, Lot, Product, StandingOrder, Thawing
from vaccinations.selectors import standing_order
from vaccinations.services.orders import sign_in_use_window, sign_standing_order
from vaccinations.services.stock import receive
from vaccinations.services.thawing import thaw


def make_product(*, name: str = "Vaksinen", stored_frozen: bool = False) -> Product:
    """Return the product of this name, made when needed."""
    product, _made = Product.objects.get_or_create(
        name=name, defaults={"vial_ml": "0.50", "stored_frozen": stored_frozen}
    )
    return product


def make_window(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    minutes: int = 120,
    now: datetime = BEFORE - timedelta(days=30),
) -> InUseWindow:
    """Sign how long an opened vial may be used at a clinic."""
    clinic = clinic or make_clinic()
    return sign_in_use_window(
        clinic_id=clinic.pk,
        product_id=(product or make_product()).pk,
        minutes=minutes,
        by=actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN),
        now=now,
    )


def make_order(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    valid_from: date = LONG_AGO,
    valid_until: date | None = None,
    text: str = "Vaksiner etter nasjonale råd.",
    by: Staff | None = None,
    now: datetime = BEFORE - timedelta(days=30),
) -> StandingOrder:
    """Sign the order that doses are given on at a clinic."""
    clinic = clinic or make_clinic()
    return sign_standing_order(
        clinic_id=clinic.pk,
        product_id=(product or make_product()).pk,
        text=text,
        valid_from=valid_from,
        valid_until=valid_until,
        by=actor_of(by or make_doctor(clinic=clinic), clinic, Role.CLINICIAN),
        now=now,
    )


def sign_what_is_missing(clinic: Clinic, product: Product, *, on: date, minutes: int = 120) -> None:
    """Sign an in-use window and a standing order for a clinic where there is none."""
    if not InUseWindow.objects.filter(clinic=clinic, product=product).exists():
        make_window(clinic=clinic, product=product, minutes=minutes)
    if standing_order(clinic_id=clinic.pk, product_id=product.pk, on=on) is None:
        make_order(clinic=clinic, product=product)


def make_lot(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    number: str = "4F21",
    expires_on: date = DAY + timedelta(days=13),
    vials: int = 20,
    state: str = Lot.State.USABLE,
    by: Staff | None = None,
) -> Lot:
    """Receive a lot, in time before it expired; asked again for the same number, return that one.

    Another ``state`` than usable is set by itself, without its line in the ledger.
    """
    clinic, product = clinic or make_clinic(), product or make_product()
    known = Lot.objects.filter(clinic=clinic, product=product, number=number).first()
    if known is not None:
        return known
    if not vials:
        return Lot.objects.create(
            clinic=clinic, product=product, number=number, expires_on=expires_on, state=state
        )
    lot = receive(
        clinic_id=clinic.pk,
        product_id=product.pk,
        number=number,
        expires_on=expires_on,
        vials=vials,
        by=actor_of(by, clinic) if by else Actor.system(),
        now=datetime.combine(expires_on, datetime.min.time(), tzinfo=OSLO) - timedelta(days=60),
    )
    if state != lot.state:
        Lot.objects.filter(pk=lot.pk).update(state=state)
        lot.refresh_from_db()
    return lot


def make_thawing(
    *,
    lot: Lot | None = None,
    vials: int = 4,
    use_before: datetime = OPENING + timedelta(days=5),
    for_day: date | None = None,
    by: Staff | None = None,
    now: datetime = OPENING - timedelta(hours=2),
) -> Thawing:
    """Thaw vials of a lot of a product that is stored frozen."""
    lot = lot or make_lot(product=make_product(name="Frossen", stored_frozen=True))
    return thaw(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=vials,
        thawed_at=now,
        use_before=use_before,
        for_day=for_day or oslo_date(now),
        by=actor_of(by or make_staff(clinic=lot.clinic), lot.clinic),
        now=now,
    )
