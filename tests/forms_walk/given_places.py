"""The places where a dose was given already."""

from decimal import Decimal

from django.test import Client

from care.services.recording import record_given
from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import PLACES, Place, Traveller, place
from vaccinations.models import Dose


@place
def about_to_record(traveller: Traveller) -> Place:
    """One person waits, and the nurse has given the dose."""
    return PLACES["at_the_board"](traveller)


def _given(here: Place) -> Dose:
    day = here.about["day"]
    return record_given(
        appointment_id=here.about["arrived"].pk,
        vial_id=here.about["vial"].pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=here.about["vial"].opened_at,
        vaccinator_id=day.nurse.pk,
        reason="Glemt",
        by=day.by,
        now=here.about["vial"].opened_at,
    )


@place
def with_a_dose_given(traveller: Traveller) -> Place:
    """The nurse's own dose of today, recorded."""
    here = PLACES["at_the_board"](traveller)
    here.arguments["dose_id"] = [_given(here).pk]
    here.arguments["appointment_id"] = [here.about["arrived"].pk]
    return here


@place
def with_a_deviation(traveller: Traveller) -> Place:
    """The lead, and a dose that was given without the questions."""
    here = PLACES["at_the_board"](traveller)
    here.arguments["dose_id"] = [_given(here).pk]
    lead = factories.make_staff(Role.LEAD, clinic=here.about["day"].clinic, name="Lena Leder")
    here.client = log_in(Client(), lead)
    return here
