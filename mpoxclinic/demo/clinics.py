"""The demo's clinics, staff, vaccine and lots. All names are invented."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.domain.demo import DEMO_DOMAIN
from clinics.domain.roles import Role
from clinics.models import Clinic, GroupOffer, Staff
from clinics.services.demo_logins import DEMO_PASSWORD
from clinics.services.staffing import add_staff, enrol_totp
from vaccinations.models import InUseWindow, Lot, Product
from vaccinations.selectors import standing_order, thawings_on_hand
from vaccinations.services.orders import sign_in_use_window, sign_standing_order
from vaccinations.services.stock import receive
from vaccinations.services.thawing import thaw

# The source says only that an opened vial lasts briefly: this value is for the demo alone.
DEMO_WINDOW_MINUTES = 120
DEMO_THAWED = 12
THAWED_AHEAD = timedelta(hours=8)
DEMO_ORDER = (
    "Demoordinasjon. Gi vaksinen til dem som får tilbud etter nasjonale råd og svarer nei på "
    "dagens spørsmål: 0,1 ml i huden på overarmen, to doser med minst 28 dager mellom. Til dem som "
    "lett får kraftige arr: 0,5 ml under huden. Kontakt legen når svarene krever det."
)


@dataclass(frozen=True)
class DemoClinics:
    """What the rest of the demo stands on."""

    municipal: Clinic
    hospital: Clinic
    product: Product
    nurse: Staff
    lot: Lot


def load_clinics(*, now: datetime) -> DemoClinics:
    """Load the demo's clinics once; asked again, find them."""
    product, _ = Product.objects.get_or_create(
        name="Imvanex", defaults={"vial_ml": "0.50", "stored_frozen": True}
    )
    municipal = _clinic(
        slug="nydalen",
        name="Nydalen vaksinasjon",
        discreet_name="Nydalen helsesenter",
        kind=Clinic.Kind.MUNICIPAL,
        street="Nydalsveien 12",
        postal_code="0484",
        phone="21 00 00 00",
        directions="Gå inn fra elva, ta heisen til 2. etasje og følg skiltene til Helsesenteret.",
        fee="Oppmøtet koster 300 kroner. Selve dosen er gratis.",
    )
    hospital = _clinic(
        slug="fjordby",
        name="Fjordby sykehus, vaksinasjon",
        discreet_name="Fjordby sykehus, poliklinikk 4",
        kind=Clinic.Kind.SPECIALIST,
        street="Sykehusveien 4",
        postal_code="0587",
        phone="21 00 00 04",
        directions="Inngang C, poliklinikk 4 i første etasje.",
        fee="",
    )
    nurse = _staff("kari", "Kari Moen", {municipal: Role.VACCINATOR}, now, "JBSWY3DPEHPK3PXP")
    doctor = _staff(
        "lund",
        "Dr. Ada Lund",
        {municipal: Role.CLINICIAN, hospital: Role.CLINICIAN},
        now,
        "KRSXG5CTMVRXEZLU",
        hpr_number="9000011",
        uses_admin=True,
    )
    leader = _staff(
        "leder", "Jonas Vik", {municipal: Role.LEAD}, now, "MFRGGZDFMZTWQ2LK", uses_admin=True
    )
    _staff("admin", "Eli Sand", {municipal: Role.ADMIN}, now, "ONSWG4TFOQYTEMZU", admin=True)
    for clinic, groups in ((municipal, (2, 3)), (hospital, (1,))):
        for group in groups:
            GroupOffer.objects.get_or_create(
                clinic=clinic,
                priority_group=group,
                defaults={"valid_from": oslo_date(now) - timedelta(days=90)},
            )
        _sign(clinic, product, doctor, now)
    keeper = Actor.staff(leader.pk, clinic_id=municipal.pk, role=Role.LEAD)
    lot = _lot(municipal, product, "4F21", now + timedelta(days=120), by=keeper, now=now)
    _lot(municipal, product, "3C07", now - timedelta(days=10), by=keeper, now=now)
    _lot(hospital, product, "4F22", now + timedelta(days=120), by=Actor.system(), now=now)
    if product.stored_frozen:
        _thaw(lot, keeper, now)
    return DemoClinics(municipal, hospital, product, nurse, lot)


def _sign(clinic: Clinic, product: Product, doctor: Staff, now: datetime) -> None:
    by = Actor.staff(doctor.pk, clinic_id=clinic.pk, role=Role.CLINICIAN)
    if not InUseWindow.objects.filter(clinic=clinic, product=product).exists():
        sign_in_use_window(
            clinic_id=clinic.pk,
            product_id=product.pk,
            minutes=DEMO_WINDOW_MINUTES,
            by=by,
            now=now,
            is_demo=True,
        )
    today = oslo_date(now)
    if standing_order(clinic_id=clinic.pk, product_id=product.pk, on=today) is None:
        sign_standing_order(
            clinic_id=clinic.pk,
            product_id=product.pk,
            text=DEMO_ORDER,
            valid_from=today,
            valid_until=today + timedelta(days=180),
            by=by,
            now=now,
        )


def _thaw(lot: Lot, by: Actor, now: datetime) -> None:
    """Have some vials thawed for today; what an earlier day thawed may still be among them."""
    if any(thawing.use_before > now + THAWED_AHEAD for thawing in thawings_on_hand([lot.pk])):
        return
    thaw(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=DEMO_THAWED,
        thawed_at=now - timedelta(hours=2),
        use_before=now + timedelta(days=5),
        for_day=oslo_date(now),
        by=by,
        now=now,
    )


def _clinic(*, slug: str, **fields: str) -> Clinic:
    clinic, _ = Clinic.objects.get_or_create(
        slug=slug,
        defaults={
            "city": "Oslo",
            "phone_hours": "Hverdager kl. 9–15.",
            "email": f"{slug}{DEMO_DOMAIN}",
            **fields,
        },
    )
    return clinic


def _staff(
    login: str,
    name: str,
    roles: dict[Clinic, Role],
    now: datetime,
    secret: str,
    *,
    hpr_number: str = "",
    admin: bool = False,
    uses_admin: bool = False,
) -> Staff:
    email = f"{login}{DEMO_DOMAIN}"
    known = Staff.objects.filter(email=email).first()
    if known:
        return known
    staff = add_staff(
        email=email,
        name=name,
        password=DEMO_PASSWORD,
        roles=list(roles.items()),
        by=Actor.system(),
        now=now,
        hpr_number=hpr_number,
        administrator=admin,
        uses_admin=uses_admin,
    )
    enrol_totp(staff, secret)
    return staff


def _lot(
    clinic: Clinic, product: Product, number: str, expires: datetime, *, by: Actor, now: datetime
) -> Lot:
    known = Lot.objects.filter(clinic=clinic, product=product, number=number).first()
    return known or receive(
        clinic_id=clinic.pk,
        product_id=product.pk,
        number=number,
        expires_on=oslo_date(expires),
        vials=200,
        by=by,
        now=min(now, expires) - timedelta(days=30),
    )
