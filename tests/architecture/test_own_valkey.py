"""Test processes share a Valkey server: what one counts, such as log-ins, must not stop another."""

import redis
from django.core.cache import cache


def test_the_cache_lies_where_a_test_empties_it(valkey: redis.Redis) -> None:
    cache.set("counted", 1, 60)
    assert valkey.dbsize() == 1
    valkey.flushdb()
    assert cache.get("counted") is None
