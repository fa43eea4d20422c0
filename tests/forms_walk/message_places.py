"""Places where a message did not reach somebody."""

from notifications.models import Message
from notifications.services.handling import handle
from tests import factories
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work


@place
def with_a_lost_message(traveller: Traveller) -> Place:
    """Somebody's number does not take the message."""
    here = _at_work(traveller)
    day = here.about["day"]
    booked = factories.make_booking(session=day.session, clock="18.00")
    message = Message.objects.create(
        kind="booked",
        channel="email",
        subject_id=booked.pk,
        clinic=day.clinic,
        state=Message.State.FAILED,
        fate="no_address",
        due_at=factories.at("16.10"),
        created_at=factories.at("16.10"),
        ended_at=factories.at("16.20"),
    )
    here.arguments["message_id"] = [message.pk]
    here.about["message"] = message
    return here


@place
def with_a_message_told(traveller: Traveller) -> Place:
    """They have been called since."""
    here = with_a_lost_message(traveller)
    message, by = here.about["message"], here.about["day"].by
    handle(message_id=message.pk, patient_id=None, by=by, now=factories.at("16.30"))
    return here
