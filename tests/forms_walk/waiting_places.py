"""Places on the way to a waiting list, on it, and at the staff's list."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from appointments.models import Offer, WaitingEntry
from appointments.services.offers import offer_free_times
from audit.domain import Actor
from clinics.domain.roles import Role
from patients.services.stops import stop_messages
from tests import factories
from tests.access.logins import log_in
from tests.appointments.views.line import Booker
from tests.forms_walk.place import Place, Traveller, evening, patient_of, place

CONTACT = "/venteliste/kontakt/"


def _wishing(traveller: Traveller, go: Callable[[Booker], object]) -> Place:
    traveller.move_to(factories.BEFORE)
    session = evening()
    booker = Booker().answers()
    booker.post(
        "/venteliste/hos/nydalen/",
        {
            "wants": ["time"],
            "weekdays": ["0", "3"],
            "bands": ["evening", "midday", "afternoon"],
            "until": (factories.BEFORE + timedelta(weeks=4)).date().isoformat(),
        },
    )
    go(booker)
    return patient_of(booker, session)


@place
def wish_filled_in(traveller: Traveller) -> Place:
    """It is said what is waited for."""
    return _wishing(traveller, lambda booker: None)


@place
def wish_code_on_its_way(traveller: Traveller) -> Place:
    """The code for a waiting list is on its way."""
    return _wishing(traveller, lambda booker: booker.ask_for_code(at=CONTACT))


@place
def about_to_wait(traveller: Traveller) -> Place:
    """The code was right."""
    return _wishing(traveller, lambda booker: booker.prove(at=CONTACT))


def _on_the_list(traveller: Traveller) -> Place:
    def go(booker: Booker) -> None:
        booker.prove(at=CONTACT)
        booker.post("/venteliste/opplysninger/", {"given_name": "Alice", "family_name": "Ås"})

    here = _wishing(traveller, go)
    here.arguments["entry_id"] = [WaitingEntry.objects.get().pk]
    return here


@place
def on_the_list(traveller: Traveller) -> Place:
    """Somebody who waits."""
    return _on_the_list(traveller)


@place
def waiting_in_silence(traveller: Traveller) -> Place:
    """Somebody who waits and has stopped messages."""
    here = _on_the_list(traveller)
    patient_id = WaitingEntry.objects.get().patient_id
    by = Actor.patient(patient_id)
    stop_messages(patient_id=patient_id, by=by, now=factories.BEFORE, reason="link")
    return here


@place
def offered_a_time(traveller: Traveller) -> Place:
    """Somebody who waits and is offered a time."""
    here = _on_the_list(traveller)
    offer_free_times(now=factories.BEFORE)
    here.arguments["offer_id"] = [Offer.objects.get().pk]
    return here


@place
def at_a_waiting_list(traveller: Traveller) -> Place:
    """A nurse at the list, with somebody on it."""
    traveller.move_to(factories.at("17.42"))
    clinic = factories.make_clinic()
    entry = factories.make_wait(clinic=clinic)
    client = log_in(Client(), factories.make_staff(Role.VACCINATOR, clinic=clinic))
    return Place(client, {"clinic_slug": [clinic.slug], "entry_id": [entry.pk]})
