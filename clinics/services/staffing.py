"""Staff users: making them, their roles, their second factor."""

from collections.abc import Iterable
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from clinics.domain.demo import is_demo_login
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff


class EmailTakenError(Exception):
    """Another staff user logs in with this e-mail address."""


class DemoLoginError(Exception):
    """A demo login may exist in the demo only."""


@transaction.atomic
def add_staff(
    *,
    email: str,
    name: str,
    password: str,
    roles: Iterable[tuple[Clinic, Role]],
    by: Actor,
    now: datetime,
    hpr_number: str = "",
    administrator: bool = False,
    uses_admin: bool = False,
) -> Staff:
    """Make a staff user with roles from today on.

    One who ``uses_admin`` opens there what the roles allow; an administrator everything.
    Raises EmailTakenError, DemoLoginError.
    """
    if is_demo_login(email) and not settings.DEMO:
        raise DemoLoginError(email)
    if Staff.objects.by_email(email):
        raise EmailTakenError(email)
    staff = Staff.objects.create_user(
        email,
        password,
        name=name,
        hpr_number=hpr_number,
        is_staff=administrator or uses_admin,
        is_superuser=administrator,
    )
    record(action="staff.added", by=by, now=now, object_id=staff.pk)
    for clinic, role in roles:
        grant_role(staff=staff, clinic=clinic, role=role, by=by, now=now)
    return staff


@transaction.atomic
def grant_role(
    *,
    staff: Staff,
    clinic: Clinic,
    role: Role,
    by: Actor,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Give a user a role at a clinic, from today or a given day until a day or further notice."""
    membership = Membership.objects.create(
        staff=staff,
        clinic=clinic,
        role=role,
        valid_from=valid_from or oslo_date(now),
        valid_until=valid_until,
    )
    record(action="staff.role_granted", by=by, now=now, object_id=staff.pk, reason=role.value)
    return membership


def enrol_totp(staff: Staff, secret: str) -> None:
    """Give a user an authenticator app with this secret (base32), instead of any other."""
    Authenticator.objects.update_or_create(
        user=staff,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": encrypt(secret)}},
    )


@transaction.atomic
def reset_second_factor(*, staff: Staff, by: Actor, now: datetime) -> None:
    """Forget a user's authenticator app and recovery codes, for example after a lost phone.

    Ends the access of sessions that used them; the next log-in asks for a new app.
    """
    Authenticator.objects.filter(user=staff).delete()
    record(action="staff.second_factor_reset", by=by, now=now, object_id=staff.pk)
