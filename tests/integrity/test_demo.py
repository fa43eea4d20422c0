"""The demo, the first data that anybody sees, is sound."""

import pytest
from django.core.management import call_command

from appointments.models import Appointment
from tests.invariants import assert_integrity


@pytest.mark.django_db
def test_the_demo_breaks_no_invariant(settings):
    assert settings.DEMO
    call_command("load_demo")
    assert Appointment.objects.exists()
    assert_integrity()
