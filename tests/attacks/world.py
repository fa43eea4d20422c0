"""One world for all attacks, and what tells whether anything in it changed."""

from collections import Counter

from django.test import Client

from tests.access.logins import log_in
from tests.access.objects import Objects, make_staff
from tests.access.people import _prove_contact
from tests.access.test_every_page import rows_written

from clinics.domain.roles import Role  # isort: skip

# Written by any request: that somebody came, and that staff read.
MAY_CHANGE = {"django_session", "audit_auditentry"}


def changed(before: Counter[str]) -> dict[str, int]:
    """The tables whose rows have been inserted, updated or deleted since."""
    written = rows_written() - before
    return {table: count for table, count in written.items() if table not in MAY_CHANGE}


def browsers(objects: Objects, **of_client: object) -> dict[str, Client]:
    """A browser of nobody, of the patient, of a lead, and of a superuser."""
    nobody, patient = Client(**of_client), Client(**of_client)
    _prove_contact(patient, objects.patient)
    lead = log_in(Client(**of_client), make_staff("lena", (objects.clinic, Role.LEAD)))
    root = log_in(Client(**of_client), make_staff("root", superuser=True))
    found = {"nobody": nobody, "the patient": patient, "a lead": lead, "a superuser": root}
    for client in found.values():
        client.raise_request_exception = False
    return found
