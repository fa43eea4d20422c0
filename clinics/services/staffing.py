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
from clinics.models import Clinic, Membership, Staff, StaffLogin
from clinics.services.invitations import close_invitations, invite
from clinics.services.logins import end_logins
from clinics.validity import valid_on


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
    note_role(membership, before="", by=by, now=now)
    return membership


def note_role(held: Membership, *, before: str, by: Actor, now: datetime) -> None:
    """Record a role that was given, or changed from what it was ``before`` (``role_in_short``)."""
    record(
        action="staff.role_changed" if before else "staff.role_granted",
        by=by,
        now=now,
        object_id=held.staff_id,
        reason=f"{before} -> {_in_short(held)}" if before else _in_short(held),
    )


def role_in_short(role: str, valid_from: date, valid_until: date | None) -> str:
    """Write a role and its days as the log does: ``lead 2026-05-12..``."""
    return f"{role} {valid_from}..{valid_until or ''}"


def _in_short(held: Membership) -> str:
    return role_in_short(held.role, held.valid_from, held.valid_until)


def enrol_totp(staff: Staff, secret: str) -> None:
    """Give a user an authenticator app with this secret (base32), instead of any other."""
    Authenticator.objects.update_or_create(
        user=staff,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": encrypt(secret)}},
    )


@transaction.atomic
def reset_second_factor(*, staff: Staff, by: Actor, now: datetime) -> str:
    """Forget a user's second factors, for example after a lost phone; return a link's secret.

    The password goes too: alone it must not be enough to set up a new factor, by whoever took the
    phone. All log-ins end. The way back in is the invitation that is returned.
    """
    Authenticator.objects.filter(user=staff).delete()
    staff.set_unusable_password()
    staff.save(update_fields=["password"])
    end_logins(staff=staff, why=StaffLogin.Ended.FACTOR, by=by, now=now)
    record(action="staff.second_factor_reset", by=by, now=now, object_id=staff.pk)
    return invite(staff=staff, by=by, now=now)


@transaction.atomic
def end_what_is_no_more_allowed(*, staff: Staff, by: Actor, now: datetime) -> None:
    """End the log-ins of a user who was closed out or has no role today, and their open link.

    To be called after every change of a user or of a role. A superuser needs no role.
    """
    staff.refresh_from_db(fields=["is_active", "is_superuser"])
    if not staff.is_active:
        close_invitations(staff=staff, now=now)
        end_logins(staff=staff, why=StaffLogin.Ended.CLOSED, by=by, now=now)
    elif not staff.is_superuser:
        held = Membership.objects.filter(valid_on(oslo_date(now)), staff=staff)
        if not held.exists():
            end_logins(staff=staff, why=StaffLogin.Ended.NO_ROLE, by=by, now=now)
