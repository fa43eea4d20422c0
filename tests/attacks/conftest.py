from collections.abc import Iterator

import pytest
import redis
import time_machine
from django.core import mail
from pytest_django import Settings

from tests.access.objects import NOW, Objects, make_objects
from tests.factories import BEFORE


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


@pytest.fixture
def mailbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


@pytest.fixture
def traveller(db: None, valkey: redis.Redis, mailbox: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller
