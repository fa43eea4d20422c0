"""A page that asks the database once for each row fails its test."""

import pytest
from django.conf import settings
from zeal import NPlusOneError, zeal_context

from appointments.models import Appointment
from tests.factories import make_booking, make_session


@pytest.mark.django_db
def test_reading_related_rows_in_a_loop_is_an_error():
    session = make_session()
    for _ in range(3):
        make_booking(session=session)
    with pytest.raises(NPlusOneError), zeal_context():
        [appointment.patient.name for appointment in Appointment.objects.all()]


def test_every_request_in_a_test_is_watched():
    assert settings.MIDDLEWARE[0] == "zeal.middleware.zeal_middleware"
    assert "zeal" in settings.INSTALLED_APPS
