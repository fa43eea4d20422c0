"""Short ways to the admin's pages for vaccine, and to what they say."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.factories import at

NOW = at("15.00")


def page(name: str, *arguments: object) -> str:
    """Return an address: ``page("lot_thaw", lot.pk)``."""
    return reverse(f"admin:vaccinations_{name}", args=arguments)


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """Return the errors beside each field of a page that was posted and refused."""
    assert response.status_code == 200, response.headers.get("Location")
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def browser_of(clinic: Clinic, *roles: Role, name: str = "noen") -> Client:
    """Log somebody in who uses the admin with roles at a clinic."""
    staff = make_staff(name, *((clinic, role) for role in roles))
    Staff.objects.filter(pk=staff.pk).update(is_staff=True)
    return log_in(Client(), Staff.objects.get(pk=staff.pk))
