"""Administrators at the admin's door."""

from django.test import Client

from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.access.logins import log_in
from tests.access.objects import make_staff


def enter(client: Client, *roles: tuple[Clinic, Role], name: str = "eli") -> Staff:
    """Log somebody in who may use the admin, with roles and no superuser's rights."""
    staff = make_staff(name, *roles)
    staff.is_staff = True
    staff.save()
    log_in(client, staff)
    return staff


def errors_of(response) -> dict[str, list[str]]:
    """Return the errors of the form on an admin page."""
    return dict(response.context["adminform"].form.errors)


def told(response) -> list[str]:
    """Return the messages on top of a page."""
    return [str(message) for message in response.context["messages"]]
