"""Places at the page where messages are stopped."""

from uuid import uuid4

from django.test import Client

from audit.domain import Actor
from patients.services.stops import stop_links, stop_messages
from tests import factories
from tests.forms_walk.place import Place, Traveller, place


def _with_a_link(traveller: Traveller, *, stopped: bool) -> Place:
    traveller.move_to(factories.BEFORE)
    patient = factories.make_patient(email="alice@example.org", contact_by="both")
    if stopped:
        stop_messages(
            patient_id=patient.pk,
            by=Actor.patient(patient.pk),
            now=factories.BEFORE,
            reason="link",
        )
    [link] = stop_links({uuid4(): patient.pk}, factories.BEFORE).values()
    return Place(Client(), {"stop_token": [link.page.rstrip("/").rpartition("/")[2]]})


@place
def about_to_stop(traveller: Traveller) -> Place:
    """Somebody opened the link in a message; they are reached on two channels."""
    return _with_a_link(traveller, stopped=False)


@place
def having_stopped(traveller: Traveller) -> Place:
    """Messages are stopped."""
    return _with_a_link(traveller, stopped=True)
