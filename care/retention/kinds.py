"""What a line of the retention schedule says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise


class Ending(StrEnum):
    """What happens when the time is over."""

    DELETED = "deleted"
    # The row stays without what tells who somebody is.
    STRIPPED = "stripped"
    KEPT = "kept"


class Who(StrEnum):
    """Whose data it is, for the page that tells them."""

    VISITOR = "visitor"
    STAFF = "staff"


@dataclass(frozen=True)
class Change:
    """How a sweep finds rows whose time is over, and what it does with them."""

    select: "Callable[[datetime], QuerySet[Any]]"
    apply: "Callable[[Sequence[Any], datetime], int]"


@dataclass(frozen=True)
class Kind:
    """A kind of data: where it lies, how long, why so long, and what happens then.

    ``models`` are the tables with it; none for what lies in Valkey, which forgets by itself.
    ``kept`` is the time in words where it is no fixed one. One of ``change`` (this package's
    sweep) and ``swept_by`` (a task of its own, more often) ends it; neither for what is kept, and
    for what is gone with what it is about.
    """

    code: str
    what: str | Promise
    after: str | Promise
    basis: str | Promise
    ending: Ending
    models: tuple[str, ...] = ()
    kept_for: timedelta | None = None
    kept: str | Promise = ""
    who: Who = Who.VISITOR
    change: Change | None = None
    swept_by: str = ""
