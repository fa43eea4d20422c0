"""Places at the cutoff: a person who is asked to move, and who plans the day."""

from datetime import timedelta

from django.test import Client

from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.appointments.services.cutoff import a_day
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import booked


@place
def asked_to_move(traveller: Traveller) -> Place:
    """Alice is asked whether she can come at another time."""
    here = booked(traveller)
    ask = factories.make_ask(
        here.about["mine"], to="16.30", answer_by=factories.BEFORE + timedelta(hours=3)
    )
    here.arguments["ask_id"] = [ask.pk]
    return here


@place
def about_to_plan(traveller: Traveller) -> Place:
    """A lead looks at a day whose people can be asked."""
    traveller.move_to(factories.OPENING - timedelta(days=1, hours=6))
    session, _late = a_day()
    client = log_in(Client(), factories.make_staff(Role.LEAD, clinic=session.clinic))
    return Place(client, {"clinic_slug": [session.clinic.slug], "session_id": [session.pk]})
