"""Places at the desk after a day was cancelled with somebody in it."""

from datetime import datetime, timedelta

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import ClinicSession, Displaced
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from tests import factories
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work

NEXT_WEEK = factories.OPENING + timedelta(days=7)


def cancel_day(session: ClinicSession, *, now: datetime) -> None:
    """Cancel a day with everybody in it."""
    wish = Wish(Rearranging.CANCEL, shape_of(session))
    seen = preview(session_id=session.pk, wish=wish, now=now)
    apply(
        session_id=session.pk,
        wish=wish,
        fingerprint=seen.fingerprint,
        by=Actor.system(),
        now=now,
    )


def _cancelled(traveller: Traveller, *, later_first: bool, contact_by: str) -> Place:
    here = _at_work(traveller)
    clinic = here.about["day"].clinic
    session = factories.make_session(clinic=clinic, starts_at=NEXT_WEEK)
    patient = factories.make_patient(contact_by=contact_by)
    factories.make_booking(session=session, patient=patient)
    if not later_first:
        cancel_day(session, now=factories.at("17.42"))
    later = factories.make_session(clinic=clinic, starts_at=NEXT_WEEK + timedelta(days=7))
    if later_first:
        cancel_day(session, now=factories.at("17.42"))
    here.about["later"] = later
    here.arguments["displaced_id"] = [Displaced.objects.get(appointment__patient=patient).pk]
    return here


@place
def with_a_day_cancelled(traveller: Traveller) -> Place:
    """Somebody lost a time; since then another day has been opened."""
    return _cancelled(traveller, later_first=False, contact_by="sms")


@place
def with_a_day_moved(traveller: Traveller) -> Place:
    """Somebody who gets no messages has another time."""
    return _cancelled(traveller, later_first=True, contact_by="none")
