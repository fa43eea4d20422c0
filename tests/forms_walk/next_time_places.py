"""Places where somebody was reminded of the next time, and where staff look at the answer."""

from datetime import timedelta

from django.test import Client

from appointments.models import NextAnswer
from appointments.services.next_answers import say_not_needed
from audit.domain import Actor
from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import Place, Traveller, place

DAY_28 = factories.at("12.00") + timedelta(days=28)


@place
def reminded_of_the_next(traveller: Traveller) -> Place:
    """Somebody who had the first dose four weeks ago, and a day that is open next week."""
    patient = factories.make_patient()
    factories.make_decision(patient=patient)
    factories.make_dose(patient=patient)
    session = factories.make_session(
        starts_at=factories.OPENING + timedelta(days=35), now=factories.OPENING
    )
    traveller.move_to(DAY_28)
    client = Client()
    opened = client.session
    opened["opened_nexts"] = [str(patient.pk)]
    opened.save()
    return Place(client, {"patient_id": [patient.pk]}, {"session": session, "patient": patient})


def _answered(here: Place) -> NextAnswer:
    patient = here.about["patient"]
    return say_not_needed(
        patient_id=patient.pk,
        clinic_id=factories.make_clinic().pk,
        said=NextAnswer.Said.ELSEWHERE,
        by=Actor.patient(patient.pk),
        now=DAY_28,
    )


@place
def needs_no_next(traveller: Traveller) -> Place:
    """The person has said that it is not needed."""
    here = reminded_of_the_next(traveller)
    _answered(here)
    return here


@place
def looking_at_an_answer(traveller: Traveller) -> Place:
    """A nurse at the desk, with the answer."""
    answer = _answered(reminded_of_the_next(traveller))
    clinic = factories.make_clinic()
    client = log_in(Client(), factories.make_staff(Role.VACCINATOR, clinic=clinic))
    return Place(client, {"clinic_slug": [clinic.slug], "answer_id": [answer.pk]})
