"""The demo's vaccine: what is signed, delivered and thawed. Only here."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from appointments.models import ClinicSession
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from mpoxclinic.demo.clinics import ALREADY_OPEN, DemoClinics
from vaccinations.models import InUseWindow, Lot, Product
from vaccinations.selectors import (
    Stock,
    first_thawing,
    standing_order,
    stock_of,
    thawings_on_hand,
    with_stock,
)
from vaccinations.services.orders import sign_in_use_window, sign_standing_order
from vaccinations.services.stock import receive, write_off_thawed
from vaccinations.services.thawing import thaw

# The source says only that an opened vial lasts briefly: this value is for the demo alone.
DEMO_WINDOW_MINUTES = 120
DEMO_ORDER = (
    "Demoordinasjon. Gi vaksinen til dem som får tilbud etter nasjonale råd og svarer nei på "
    "dagens spørsmål: 0,1 ml i huden på overarmen, to doser med minst 28 dager mellom. Til dem som "
    "lett får kraftige arr: 0,5 ml under huden. Kontakt legen når svarene krever det."
)
ORDER_LASTS = timedelta(days=365)
LOT_LASTS = timedelta(days=130)
A_DAY = timedelta(days=1)
# An evening is planned with vials that outlive it by some time.
LASTS_AT_LEAST = timedelta(days=14)
# No more is opened from a lot that has fewer left than a busy evening takes.
VIALS_AT_LEAST = 10
# Another invented value: thawed vials may be opened until the morning after.
THAWED_LASTS = timedelta(hours=12)


def load_stock(clinics: DemoClinics, *, now: datetime) -> Product:
    """Load what the clinics vaccinate with once; a lot that is nearly gone gets a successor."""
    product, _ = Product.objects.get_or_create(
        name="Imvanex", defaults={"vial_ml": "0.50", "stored_frozen": True}
    )
    today, since = oslo_date(now), now - ALREADY_OPEN
    for clinic in clinics.all:
        by = clinics.doctor_at(clinic)
        _sign(clinic, product, by=by, since=since, now=now)
        if not Lot.objects.filter(clinic=clinic).exists():
            _receive(clinic, product, "3C07", today - timedelta(days=10), vials=30, by=by, at=since)
        if not any(_to_count_on(clinic, product, today + LASTS_AT_LEAST, now=now)):
            number = f"4F{20 + Lot.objects.filter(clinic=clinic).count()}"
            _receive(clinic, product, number, today + LOT_LASTS, vials=120, by=by, at=since)
    return product


def lot_to_open(session: ClinicSession, *, by: Actor, now: datetime) -> Lot:
    """Return the lot a vial is opened from, with one thawed in time: on demand in the past."""
    stocks = _to_count_on(session.clinic, session.product, oslo_date(now) + A_DAY, now=now)
    lot = next(stocks).lot
    if first_thawing(lot.pk, now=now) is None:
        _thaw(lot, session, 1, by=by, now=now)
    return lot


def thaw_for(session: ClinicSession, vials: int, *, by: Actor, now: datetime) -> None:
    """Have vials thawed for a session under way."""
    stocks = _to_count_on(session.clinic, session.product, oslo_date(now) + A_DAY, now=now)
    _thaw(next(stocks).lot, session, vials, by=by, now=now)


def write_off_old(clinic: Clinic, *, by: Actor, now: datetime) -> None:
    """Write off what was thawed and not opened in time."""
    lots = list(Lot.objects.filter(clinic=clinic).values_list("pk", flat=True))
    for thawing in thawings_on_hand(lots):
        if thawing.use_before <= now:
            write_off_thawed(
                thawing_id=thawing.pk,
                clinic_id=clinic.pk,
                note="Tint, men ikke åpnet i tide.",
                by=by,
                now=now,
            )


def _sign(clinic: Clinic, product: Product, *, by: Actor, since: datetime, now: datetime) -> None:
    what = {"clinic_id": clinic.pk, "product_id": product.pk}
    if not InUseWindow.objects.filter(**what).exists():
        sign_in_use_window(**what, minutes=DEMO_WINDOW_MINUTES, is_demo=True, by=by, now=since)
    today = oslo_date(now)
    if standing_order(**what, on=today) is None:
        is_first = standing_order(**what, on=oslo_date(since)) is None
        at = since if is_first else now
        sign_standing_order(
            **what,
            text=DEMO_ORDER,
            valid_from=oslo_date(at),
            valid_until=today + ORDER_LASTS,
            by=by,
            now=at,
        )


def _receive(
    clinic: Clinic,
    product: Product,
    number: str,
    expires_on: date,
    *,
    vials: int,
    by: Actor,
    at: datetime,
) -> None:
    receive(
        clinic_id=clinic.pk,
        product_id=product.pk,
        number=number,
        expires_on=expires_on,
        vials=vials,
        by=by,
        now=at,
    )


def _to_count_on(clinic: Clinic, product: Product, last: date, *, now: datetime) -> Iterator[Stock]:
    """Yield the lots with enough vials that last until a day, the first to expire on top."""
    lots = Lot.objects.filter(
        clinic=clinic, product=product, state=Lot.State.USABLE, expires_on__gte=last
    ).select_related("product")
    for lot in with_stock(lots, now=now).order_by("expires_on", "number"):
        stock = stock_of(lot)
        if stock.on_hand >= VIALS_AT_LEAST:
            yield stock


def _thaw(lot: Lot, session: ClinicSession, vials: int, *, by: Actor, now: datetime) -> None:
    thaw(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=vials,
        thawed_at=now - timedelta(hours=2),
        use_before=session.ends_at + THAWED_LASTS,
        for_day=max(session.date, oslo_date(now)),
        by=by,
        now=now,
    )
