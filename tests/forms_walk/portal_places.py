"""Places at the door to a patient's own pages, and at the desk that hands over its key."""

from datetime import timedelta

from django.test import Client

from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import Place, Traveller, place

PIN = "8302"


@place
def with_a_known_browser(traveller: Traveller) -> Place:
    """Alice has opened her pages in this browser with the code from her visit."""
    traveller.move_to(factories.BEFORE + timedelta(minutes=1))
    nurse = factories.make_staff(Role.VACCINATOR)
    came = factories.make_activated_browser(patient=factories.make_patient(), by=nurse, pin=PIN)
    client = Client()
    client.cookies["egen"] = came.secret
    client.post("/min-side/inn/pin/", {"pin": PIN})
    return Place(client, {"browser_id": [came.browser_id]})


@place
def with_a_new_number_asked_for(traveller: Traveller) -> Place:
    """Alice wants to be reached by e-mail, and has got a code there."""
    here = with_a_known_browser(traveller)
    here.client.post("/min-side/kontakt/e-post/", {"address": "ny@example.org"})
    return here


@place
def with_an_id_seen(traveller: Traveller) -> Place:
    """A nurse at work, and somebody whose ID was seen, with a browser of theirs."""
    traveller.move_to(factories.at("17.42"))
    day = factories.make_day()
    patient = factories.make_patient()
    factories.make_booking(session=day.session, patient=patient, clock="18.00")
    factories.make_activated_browser(patient=patient, by=day.nurse)
    client = log_in(Client(), day.nurse)
    return Place(client, {"clinic_slug": [day.clinic.slug], "patient_id": [patient.pk]})
