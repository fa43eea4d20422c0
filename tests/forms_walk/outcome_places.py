"""Places at the board where somebody gets no dose, comes without a time, or the day runs late."""

from appointments.domain.endings import EndReason
from appointments.services.booking import cancel
from appointments.services.ending import end_without_dose
from appointments.services.lateness import say_late
from appointments.services.no_shows import note_no_shows
from tests import factories
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_the_board

NOW = factories.at("17.42")


@place
def left_before_the_dose(traveller: Traveller) -> Place:
    """The waiting person has left."""
    here = _at_the_board(traveller)
    end_without_dose(
        appointment_id=here.about["arrived"].pk,
        reason=EndReason.COULD_NOT_WAIT,
        note="",
        call_back=False,
        by=here.about["day"].by,
        now=NOW,
    )
    return here


@place
def with_somebody_late(traveller: Traveller) -> Place:
    """Somebody should have come long ago."""
    here = _at_the_board(traveller)
    here.about["late"] = factories.make_booking(session=here.about["day"].session, clock="16.30")
    return here


@place
def noted_as_missing(traveller: Traveller) -> Place:
    """Somebody was noted as not coming."""
    here = with_somebody_late(traveller)
    missed, day = here.about["late"], here.about["day"]
    note_no_shows(session_id=day.session.pk, appointment_ids=[missed.pk], by=day.by, now=NOW)
    here.arguments["appointment_id"] = [missed.pk]
    return here


@place
def on_a_late_day(traveller: Traveller) -> Place:
    """The day is half an hour late."""
    here = _at_the_board(traveller)
    day = here.about["day"]
    say_late(session_id=day.session.pk, minutes=30, by=day.by, now=NOW)
    return here


@place
def known_and_without_a_time(traveller: Traveller) -> Place:
    """Somebody who cancelled is here all the same, and a dose is spare."""
    here = _at_the_board(traveller)
    day = here.about["day"]
    booking = factories.make_booking(session=day.session, clock="18.10")
    cancel(appointment_id=booking.pk, by=day.by, now=factories.at("16.10"))
    here.arguments["patient_id"] = [booking.patient_id]
    here.about["session"] = day.session
    return here
