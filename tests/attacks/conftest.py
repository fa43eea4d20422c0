from collections.abc import Iterator

import pytest
import redis
import time_machine

from tests.access.objects import NOW, Objects, make_objects


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()
