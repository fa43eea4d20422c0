import pytest
import time_machine
from django.core import mail

from tests.factories import BEFORE


@pytest.fixture
def traveller(settings, db, valkey):
    """The server's clock, stopped; an empty mailbox; no limits counted yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller
