"""The database as its owner sees it: only the owner gets past the guards that are tested."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from tests.conftest import empty_tables
from tests.integrity.world import World, make_world


@contextmanager
def _as_owner() -> Iterator[None]:
    application = connections["default"]
    owner = connections["owner"].copy(alias="default")
    connections["default"] = owner
    try:
        yield
    finally:
        owner.close()
        connections["default"] = application


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A sound world in a transaction of the owner that is rolled back after the module.

    Tables are emptied first: a server's thread may have written after the test that it served.
    """
    empty_tables()
    with django_db_blocker.unblock(), _as_owner(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """The sound world; whatever the test does to it, tables and all, is undone."""
    with transaction.atomic():
        yield whole_world
        transaction.set_rollback(True)
