"""Invitations: the link by which somebody new, or without their phone, gets in the first time."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet

from audit.domain import Actor
from audit.services import record
from clinics.models import Staff, StaffInvitation, StaffLogin
from clinics.services.logins import end_logins
from encryption.keys import digest

HOURS = 72


class InvitationUnknownError(Exception):
    """No link like this works: it is wrong, used, replaced or too old. Which, nobody is told."""


@transaction.atomic
def invite(*, staff: Staff, by: Actor, now: datetime) -> str:
    """Make an invitation and return its secret, kept nowhere. Earlier ones work no more."""
    Staff.objects.select_for_update().get(pk=staff.pk)  # two admins at once: one link stands
    _open(staff).update(replaced_at=now)
    token = secrets.token_urlsafe(32)
    StaffInvitation.objects.create(
        staff=staff,
        token_hash=_hash(token),
        made_at=now,
        expires_at=now + timedelta(hours=HOURS),
    )
    record(action="staff.invited", by=by, now=now, object_id=staff.pk)
    return token


def invited(token: str, *, now: datetime) -> Staff:
    """Return whom a link is for. Raises InvitationUnknownError."""
    found = StaffInvitation.objects.filter(
        token_hash=_hash(token),
        used_at=None,
        replaced_at=None,
        expires_at__gt=now,
        staff__is_active=True,
    )
    invitation = found.select_related("staff").first()
    if invitation is None:
        raise InvitationUnknownError
    return invitation.staff


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> Staff:
    """Use a link up: its user has this password from now on, and nobody else is in as them.

    The password's rules come first, so that a refused one leaves the link as it was. Of two at
    once the first wins: the link is taken by compare-and-set. Raises InvitationUnknownError and
    django's ValidationError.
    """
    staff = invited(token, now=now)
    validate_password(password, staff)
    if not _take(token, now=now):
        raise InvitationUnknownError
    staff.set_password(password)
    staff.save(update_fields=["password"])
    by = Actor.staff(staff.pk, clinic_id=None)
    end_logins(staff=staff, why=StaffLogin.Ended.PASSWORD, by=by, now=now)
    record(action="staff.invitation_used", by=by, now=now, object_id=staff.pk)
    return staff


def close_invitations(*, staff: Staff, now: datetime) -> None:
    """Let a user's open link work no more, in the caller's transaction."""
    _open(staff).update(replaced_at=now)


def _open(staff: Staff) -> QuerySet[StaffInvitation]:
    return StaffInvitation.objects.filter(staff=staff, used_at=None, replaced_at=None)


def _take(token: str, *, now: datetime) -> bool:
    open_still = StaffInvitation.objects.filter(
        token_hash=_hash(token), used_at=None, replaced_at=None, expires_at__gt=now
    )
    return open_still.update(used_at=now) == 1


def _hash(token: str) -> str:
    return digest("staff invitation", token)
