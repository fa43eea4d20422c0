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

# The source says only that an opened vial lasts briefly: this value is for the demo alone.
DEMO_WINDOW_MINUTES = 120


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
    product, _ = Product.objects.get_or_create(name="Imvanex", defaults={"vial_ml": "0.50"})
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
    )
    _staff("leder", "Jonas Vik", {municipal: Role.LEAD}, now, "MFRGGZDFMZTWQ2LK")
    _staff("admin", "Eli Sand", {municipal: Role.ADMIN}, now, "ONSWG4TFOQYTEMZU", admin=True)
    for clinic, groups in ((municipal, (2, 3)), (hospital, (1,))):
        for group in groups:
            GroupOffer.objects.get_or_create(
                clinic=clinic,
                priority_group=group,
                defaults={"valid_from": oslo_date(now) - timedelta(days=90)},
            )
        InUseWindow.objects.get_or_create(
            clinic=clinic,
            product=product,
            defaults={
                "minutes": DEMO_WINDOW_MINUTES,
                "is_demo": True,
                "set_by": doctor,
                "set_at": now - timedelta(days=90),
            },
        )
    lot = _lot(municipal, product, "4F21", now + timedelta(days=120))
    _lot(municipal, product, "3C07", now - timedelta(days=10))
    _lot(hospital, product, "4F22", now + timedelta(days=120))
    return DemoClinics(municipal, hospital, product, nurse, lot)


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
    )
    enrol_totp(staff, secret)
    return staff


def _lot(clinic: Clinic, product: Product, number: str, expires: datetime) -> Lot:
    lot, _ = Lot.objects.get_or_create(
        clinic=clinic,
        product=product,
        number=number,
        defaults={"expires_on": oslo_date(expires), "vials_received": 200},
    )
    return lot
