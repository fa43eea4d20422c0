"""The demo's clinics and the people who work there. All names are invented."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.domain.demo import DEMO_DOMAIN
from clinics.domain.roles import Role
from clinics.models import Clinic, GroupOffer, Staff
from clinics.services.demo_logins import DEMO_PASSWORD
from clinics.services.staffing import add_staff, enrol_totp

# From before the demo's first evening until it is loaded.
ALREADY_OPEN = timedelta(days=120)


@dataclass(frozen=True)
class DemoClinics:
    """What the rest of the demo stands on."""

    weekly: Clinic
    monthly: Clinic
    hospital: Clinic
    nurse: Staff
    doctor: Staff

    @property
    def all(self) -> tuple[Clinic, Clinic, Clinic]:
        """The three clinics."""
        return self.weekly, self.monthly, self.hospital

    def nurse_at(self, clinic: Clinic) -> Actor:
        """Return the nurse as the one who acts at a clinic."""
        return Actor.staff(self.nurse.pk, clinic_id=clinic.pk, role=Role.VACCINATOR)

    def doctor_at(self, clinic: Clinic) -> Actor:
        """Return the doctor as the one who acts at a clinic."""
        return Actor.staff(self.doctor.pk, clinic_id=clinic.pk, role=Role.CLINICIAN)


def load_clinics(*, now: datetime) -> DemoClinics:
    """Load the demo's clinics and staff once; asked again, find them."""
    since = now - ALREADY_OPEN
    weekly = _clinic(
        slug="nydalen",
        name="Nydalen vaksinasjon",
        discreet_name="Nydalen helsesenter",
        kind=Clinic.Kind.MUNICIPAL,
        street="Nydalsveien 12",
        postal_code="0484",
        city="Oslo",
        phone="21 00 00 00",
        directions="Gå inn fra elva, ta heisen til 2. etasje og følg skiltene til Helsesenteret.",
        fee="Oppmøtet koster 300 kroner. Resten er gratis.",
    )
    monthly = _clinic(
        slug="fjelldal",
        name="Fjelldal vaksinasjon",
        discreet_name="Fjelldal legekontor",
        kind=Clinic.Kind.MUNICIPAL,
        street="Storgata 3",
        postal_code="3550",
        city="Fjelldal",
        phone="21 00 00 02",
        directions="Inngang fra parkeringsplassen bak biblioteket.",
        fee="Oppmøtet koster 300 kroner. Resten er gratis.",
    )
    hospital = _clinic(
        slug="fjordby",
        name="Fjordby sykehus, vaksinasjon",
        discreet_name="Fjordby sykehus, poliklinikk 4",
        kind=Clinic.Kind.SPECIALIST,
        street="Sykehusveien 4",
        postal_code="0587",
        city="Oslo",
        phone="21 00 00 04",
        directions="Inngang C, poliklinikk 4 i første etasje.",
        fee="",
    )
    for clinic, groups in ((weekly, (2, 3)), (monthly, (2, 3)), (hospital, (1,))):
        for group in groups:
            GroupOffer.objects.get_or_create(
                clinic=clinic, priority_group=group, defaults={"valid_from": oslo_date(since)}
            )
    everywhere = [weekly, monthly, hospital]
    kari = _Worker("kari", "Kari Moen", Role.VACCINATOR, "JBSWY3DPEHPK3PXP")
    lund = _Worker("lund", "Dr. Ada Lund", Role.CLINICIAN, "KRSXG5CTMVRXEZLU", "9000011")
    vik = _Worker("leder", "Jonas Vik", Role.LEAD, "MFRGGZDFMZTWQ2LK")
    sand = _Worker("admin", "Eli Sand", Role.ADMIN, "ONSWG4TFOQYTEMZU")
    nurse, doctor = _staff(kari, everywhere, since=since), _staff(lund, everywhere, since=since)
    _staff(vik, [weekly, monthly], since=since)
    _staff(sand, everywhere, since=since)
    return DemoClinics(weekly, monthly, hospital, nurse, doctor)


def _clinic(*, slug: str, **fields: str) -> Clinic:
    clinic, _ = Clinic.objects.get_or_create(
        slug=slug,
        defaults={
            "phone_hours": "Hverdager kl. 9–15.",
            "email": f"{slug}{DEMO_DOMAIN}",
            "observation_minutes": 20,
            **fields,
        },
    )
    return clinic


@dataclass(frozen=True)
class _Worker:
    """Somebody with a login, and the secret of their authenticator app."""

    login: str
    name: str
    role: Role
    secret: str
    hpr_number: str = ""


def _staff(worker: _Worker, clinics: list[Clinic], *, since: datetime) -> Staff:
    email = f"{worker.login}{DEMO_DOMAIN}"
    known = Staff.objects.filter(email=email).first()
    if known:
        return known
    staff = add_staff(
        email=email,
        name=worker.name,
        password=DEMO_PASSWORD,
        roles=[(clinic, worker.role) for clinic in clinics],
        by=Actor.system(),
        now=since,
        hpr_number=worker.hpr_number,
        uses_admin=worker.role in {Role.CLINICIAN, Role.LEAD},
        administrator=worker.role == Role.ADMIN,
    )
    enrol_totp(staff, worker.secret)
    return staff
