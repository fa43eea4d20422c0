"""The demo's vaccine: the product, how long an opened vial lasts, and the lots. Only here."""

from datetime import date, datetime, timedelta

from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from mpoxclinic.demo.clinics import ALREADY_OPEN, DemoClinics
from vaccinations.models import InUseWindow, Lot, Product
from vaccinations.selectors import usable_lots

# The source says only that an opened vial lasts briefly: this value is for the demo alone.
DEMO_WINDOW_MINUTES = 120
LOT_LASTS = timedelta(days=130)
# An evening is planned with vials that outlive it by some time.
LASTS_AT_LEAST = timedelta(days=14)
# No more is opened from a lot that has fewer left than a busy evening takes.
VIALS_AT_LEAST = 10


def load_stock(clinics: DemoClinics, *, now: datetime) -> Product:
    """Load what the clinics vaccinate with once; a lot that is nearly gone gets a successor."""
    product, _ = Product.objects.get_or_create(name="Imvanex", defaults={"vial_ml": "0.50"})
    for clinic in clinics.all:
        if not InUseWindow.objects.filter(clinic=clinic, product=product).exists():
            InUseWindow.objects.create(
                clinic=clinic,
                product=product,
                minutes=DEMO_WINDOW_MINUTES,
                is_demo=True,
                set_by=clinics.doctor,
                set_at=now - ALREADY_OPEN,
            )
        if not Lot.objects.filter(clinic=clinic).exists():
            _lot(clinic, product, "3C07", oslo_date(now) - timedelta(days=10), vials=30)
        if not _lasts(clinic, product, oslo_date(now)):
            _lot(clinic, product, _next_number(clinic), oslo_date(now) + LOT_LASTS, vials=120)
    return product


def lot_to_open(clinic: Clinic, product: Product, *, on: date) -> Lot:
    """Return the lot a vial is opened from on a day: the first that is enough for an evening."""
    usable = usable_lots(clinic.pk, product_id=product.pk, on=on)
    return next(one.lot for one in usable if one.vials_left >= VIALS_AT_LEAST)


def _lasts(clinic: Clinic, product: Product, today: date) -> bool:
    usable = usable_lots(clinic.pk, product_id=product.pk, on=today + LASTS_AT_LEAST)
    return any(one.vials_left >= 2 * VIALS_AT_LEAST for one in usable)


def _next_number(clinic: Clinic) -> str:
    return f"4F{20 + Lot.objects.filter(clinic=clinic).count()}"


def _lot(clinic: Clinic, product: Product, number: str, expires_on: date, *, vials: int) -> None:
    Lot.objects.create(
        clinic=clinic, product=product, number=number, expires_on=expires_on, vials_received=vials
    )
