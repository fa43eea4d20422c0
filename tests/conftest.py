"""What every test stands on: real PostgreSQL with the two roles, Valkey, the socket guard.

Run through ``make test`` (or ``python -m mpoxclinic.embedded pytest``), which starts the servers.
"""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from psycopg import sql

from tests.factories.moments import running_number

KEPT_AT_FLUSH = {"django_migrations", "django_content_type", "auth_permission"}


def pytest_configure() -> None:
    # Playwright runs an event loop in the test's thread; Django must not refuse the database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, worker_id: str
) -> Iterator[None]:
    """Create the test database as its owner; tests themselves run as the application's role."""
    suffix = os.environ.get("MPOX_TEST_DB_SUFFIX", "")
    with django_db_blocker.unblock():
        owner, application = connections["owner"], connections["default"]
        plain_name = owner.settings_dict["NAME"]
        owner.settings_dict["TEST"]["NAME"] = f"test_{plain_name}_{worker_id}{suffix}"
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        application.close()
        application.settings_dict["NAME"] = owner.settings_dict["NAME"]
        _keep_autovacuum_away()
    # Blocked again: a test that asks for no database, or too late, would leave rows to the others.
    yield
    with django_db_blocker.unblock():
        application.close()
        end_other_connections()  # a live server's threads may have left some open
        owner.creation.destroy_test_db(plain_name, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _valkey_of_this_worker(worker_id: str) -> None:
    """Give each test process a database of its own in Valkey."""
    number = 1 if worker_id == "master" else 2 + int(worker_id.removeprefix("gw"))
    url = settings.REDIS_URL.partition("?")[0]
    settings.REDIS_URL = f"{url}?db={number}"
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    # The cache has been opened already, where all test processes would share it.
    caches["default"].close()
    del caches["default"]


@pytest.fixture(autouse=True)
def _names_of_this_test() -> None:
    running_number.begin_anew()


@pytest.fixture(autouse=True)
def _language_of_this_test() -> Iterator[None]:
    """Begin and end in the source's language: Django leaves that of the last request active."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def valkey() -> Iterator["redis.Redis"]:
    """The test's own, empty Valkey database."""
    client = redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.close()


def _keep_autovacuum_away() -> None:
    """Let no table be measured while it looks empty, because tests do not commit.

    The planner would believe it, and join the thousand rows of a big test each with each.
    """
    with psycopg.connect(**owner_parameters()) as connection:
        for [table] in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall():
            connection.execute(
                sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(
                    sql.Identifier(table)
                )
            )


def empty_tables() -> None:
    """Empty all tables as their owner; the application's role may not truncate."""
    with psycopg.connect(**owner_parameters()) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            if row[0] not in KEPT_AT_FLUSH
        ]
        connection.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(
                sql.SQL(", ").join(map(sql.Identifier, tables))
            )
        )


def end_other_connections() -> None:
    """End what others have open in the test database: each role may end its own."""
    for alias in ("owner", "default"):
        with psycopg.connect(**_parameters(alias)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = current_user AND datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )


def _parameters(alias: str) -> dict[str, Any]:
    parameters = connections[alias].get_connection_params()
    wanted = ("user", "password", "host", "port")
    return {
        "dbname": connections["default"].settings_dict["NAME"],
        **{name: parameters[name] for name in wanted if name in parameters},
    }


def owner_parameters() -> dict[str, Any]:
    """Return psycopg's parameters for the test database, as its owner."""
    return _parameters("owner")


def _empty_tables_after_the_test(self: TransactionTestCase) -> None:
    empty_tables()


TransactionTestCase._fixture_teardown = _empty_tables_after_the_test  # type: ignore[method-assign]
