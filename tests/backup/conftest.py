"""A database of its own for the drill: what it destroys is nobody else's."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from tests.conftest import end_other_connections, owner_parameters


@pytest.fixture
def own_database(transactional_db: None, django_db_blocker: Any) -> Iterator[str]:
    """Point the application and the owner at a copy of the empty test database, and drop it."""
    plain = connections["default"].settings_dict["NAME"]
    assert settings.DEMO, "a drill destroys: never with a server's settings"
    assert plain.startswith("test_"), "a drill destroys: only what tests made"
    name = f"{plain}_drill"
    connections.close_all()
    _as_owner("DROP DATABASE IF EXISTS {}", name)
    _as_owner("CREATE DATABASE {} TEMPLATE {}", name, plain)
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
    yield name
    connections.close_all()
    end_other_connections()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = plain
    _as_owner("DROP DATABASE {}", name)


def _as_owner(statement: str, *names: str) -> None:
    parameters = owner_parameters() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
