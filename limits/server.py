"""The connection to Valkey, which keeps drafts and counts for a while."""

from functools import lru_cache

import redis
from django.conf import settings


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.from_url(url, socket_timeout=5)


def valkey() -> redis.Redis:
    """Return this process's client of the server that keeps drafts and counts for a while."""
    return _client(settings.REDIS_URL)
