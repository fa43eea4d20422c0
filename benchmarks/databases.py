"""Databases of the benchmarks' own, beside the product's on the same server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from limits.server import valkey


@contextmanager
def database(name: str, *, like: str = "") -> Iterator[str]:
    """Make a database (a copy of ``like``, or a migrated one), use it, and drop it in the end."""
    first = str(connections["default"].settings_dict["NAME"])
    _drop(name)
    use(first)  # closed: nobody may be connected to what is copied
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _as_owner(create.format(sql.Identifier(name), sql.Identifier(like or "template1")))
    valkey().flushdb()
    try:
        use(name)
        if not like:
            call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        use(first)
        _drop(name)


def use(name: str) -> None:
    """Let the application and the owner work on a database from now on."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def owner_parameters(name: str) -> dict[str, Any]:
    """Return psycopg's parameters for a database, as its owner."""
    return _parameters("owner", name)


def application_parameters(name: str) -> dict[str, Any]:
    """Return psycopg's parameters for a database, as the application."""
    return _parameters("default", name)


def _parameters(alias: str, name: str) -> dict[str, Any]:
    given = connections[alias].settings_dict
    named = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {"dbname": name, **{key: given[of] for key, of in named.items() if given[of]}}


def _drop(name: str) -> None:
    gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _as_owner(gone)


def _as_owner(statement: sql.Composed) -> None:
    with psycopg.connect(**owner_parameters("postgres"), autocommit=True) as connection:
        connection.execute(statement)
