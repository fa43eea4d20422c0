"""Clinics and the people who work there."""

from collections.abc import Sequence
from itertools import count

from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.models import Clinic, GroupOffer, Membership, Staff
from tests.factories.moments import LONG_AGO

# Goes on from test to test: a log-in is unique, and a module's world is there for all its tests.
logins = count(1)


def make_clinic(
    *,
    slug: str = "nydalen",
    name: str = "Nydalen vaksinasjon",
    kind: str = Clinic.Kind.MUNICIPAL,
    groups: Sequence[int] = (2, 3),
    **fields: object,
) -> Clinic:
    """Make a clinic that offers some groups; asked again for the same slug, return that one."""
    defaults = {
        "name": name,
        "discreet_name": "Nydalen legesenter",
        "kind": kind,
        "street": "Nydalsveien 1",
        "postal_code": "0484",
        "city": "Oslo",
        "phone": "+4722000000",
        **fields,
    }
    clinic, made = Clinic.objects.get_or_create(slug=slug, defaults=defaults)
    if made:
        GroupOffer.objects.bulk_create(
            GroupOffer(clinic=clinic, priority_group=group, valid_from=LONG_AGO) for group in groups
        )
    return clinic


def make_staff(
    *roles: Role,
    clinic: Clinic | None = None,
    name: str = "Kari Berg",
    email: str = "",
    hpr_number: str = "",
) -> Staff:
    """Make a staff user with roles at a clinic from long ago on; a vaccinator unless told."""
    staff = Staff.objects.create(
        email=email or f"staff{next(logins)}@example.org", name=name, hpr_number=hpr_number
    )
    clinic = clinic or make_clinic()
    for role in roles or (Role.VACCINATOR,):
        Membership.objects.create(staff=staff, clinic=clinic, role=role, valid_from=LONG_AGO)
    return staff


def actor_of(staff: Staff, clinic: Clinic | None = None, role: Role = Role.VACCINATOR) -> Actor:
    """Return a staff user as the one who acts."""
    clinic = clinic or make_clinic()
    return Actor.staff(staff.pk, clinic_id=clinic.pk, role=role.value)


def make_doctor(*, clinic: Clinic | None = None, name: str = "Dr. Lund") -> Staff:
    """Make a clinician who may sign."""
    return make_staff(Role.CLINICIAN, clinic=clinic, name=name, hpr_number="9000011")
