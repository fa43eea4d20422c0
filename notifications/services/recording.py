"""Writes down what happens, though the database may be away just then."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

# A restart takes seconds. After that the lease runs out, and the attempt counts as interrupted.
KEEP_TRYING_SECONDS = 30.0
PAUSE_SECONDS = 0.25
Written = TypeVar("Written")
logger = logging.getLogger(__name__)


def surely(write: Callable[[], Written]) -> Written:
    """Return what ``write`` returns; while the database is away, try again on a new connection.

    ``write`` compares before it sets: done twice, because the first answer was lost, it changes
    nothing. Raises what it raises after half a minute.
    """
    give_up_at = time.monotonic() + KEEP_TRYING_SECONDS
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > give_up_at:
                raise
            logger.warning("the database is away; what becomes of a message waits to be recorded")
        connection.close()
        time.sleep(PAUSE_SECONDS)
