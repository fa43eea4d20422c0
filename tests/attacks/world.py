"""One world for all attacks, who gets furthest on each page, and what in it has changed."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.test import Client

from care.portal.permissions import Proved
from clinics.domain.roles import Role
from clinics.permissions import AnyMember, AtClinic, Own, OwnAccount
from tests.access.logins import log_in
from tests.access.objects import Objects, make_staff
from tests.access.pages import Page
from tests.access.people import _prove_contact, prove
from tests.access.test_every_page import MAY_CHANGE_ON_GET, rows_written

# What "the token is missing or wrong" is answered with here, to tell it from every other refusal.
NO_TOKEN = 298
# The name of a tag that nobody has: where it stands as a tag, what was typed was not escaped.
TAG = "xq7z"


def say_no_token(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Stand in for the page of ``CSRF_FAILURE_VIEW``."""
    return HttpResponse(reason, status=NO_TOKEN)


def changed(before: Counter[str]) -> dict[str, int]:
    """The tables whose rows have been inserted, updated or deleted since."""
    written = rows_written() - before
    return {table: count for table, count in written.items() if table not in MAY_CHANGE_ON_GET}


class Browsers:
    """A browser of everybody who gets far somewhere."""

    def __init__(self, objects: Objects) -> None:
        self.nobody, self.patient, self.proved = Client(), Client(), Client()
        _prove_contact(self.patient, objects.patient)
        prove(self.proved, objects.patient)
        self.root = log_in(Client(), make_staff("root", superuser=True))
        self.staff = {
            role: log_in(Client(), make_staff(role.value, (objects.clinic, role))) for role in Role
        }
        for one in (self.nobody, self.patient, self.proved, self.root, *self.staff.values()):
            one.raise_request_exception = False

    def of(self, page: Page) -> Client:
        """Return one that the page's rule lets in."""
        rule = page.rule
        if page.name.startswith("admin:") or page.form.startswith("/admin/"):
            return self.root
        if isinstance(rule, AtClinic):
            return self.staff[Role.LEAD if Role.LEAD in rule.roles else min(rule.roles)]
        if isinstance(rule, AnyMember | OwnAccount):
            return self.staff[Role.LEAD]
        if isinstance(rule, Proved):
            return self.proved
        return self.patient if isinstance(rule, Own) else self.nobody
