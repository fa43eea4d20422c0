"""Where an auditor is, with an alarm to look at."""

from datetime import timedelta

from django.test import Client

from audit.domain.alarms import AlarmKind
from audit.models import Alarm
from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work


@place
def with_an_alarm(traveller: Traveller) -> Place:
    """An auditor; somebody has looked up many people."""
    here = _at_work(traveller)
    day = here.about["day"]
    alarm = Alarm.objects.create(
        kind=AlarmKind.MANY_PEOPLE,
        staff_id=day.nurse.pk,
        clinic_id=day.clinic.pk,
        window=factories.at("16.00") - timedelta(hours=2),
        people=50,
        raised_at=factories.at("16.00"),
    )
    booked = factories.make_booking(session=day.session, clock="18.00")
    auditor = factories.make_staff(Role.AUDITOR, clinic=day.clinic, name="Tora Lie")
    arguments = {"clinic_slug": [day.clinic.slug], "alarm_id": [alarm.pk]}
    return Place(log_in(Client(), auditor), arguments, {"booked": booked})
