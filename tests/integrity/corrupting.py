"""What a corruption is, and the owner's way past the guards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from tests.integrity.world import World

# Spoils rows and returns the ids that are to be found at fault.
Spoil = Callable[[World], Any]


@dataclass(frozen=True)
class Corruption:
    """A way to break an invariant by hand."""

    code: str
    name: str
    spoil: Spoil
    past: tuple[str, ...]


CORRUPTIONS: list[Corruption] = []


def corrupts(code: str, *, past: str = "") -> Callable[[Spoil], Spoil]:
    """Register a corruption of an invariant; ``past`` names the guards that would refuse it."""

    def keep(spoil: Spoil) -> Spoil:
        CORRUPTIONS.append(Corruption(code, spoil.__name__, spoil, tuple(past.split())))
        return spoil

    return keep


def take_away(guards: tuple[str, ...]) -> None:
    """Drop constraints and unique indexes, as their owner."""
    with connection.cursor() as cursor:
        # Tables with checks still to be made cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for guard in guards:
            cursor.execute(
                "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [guard]
            )
            found = cursor.fetchone()
            statement = (
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    sql.Identifier(found[0]), sql.Identifier(guard)
                )
                if found
                else sql.SQL("DROP INDEX {}").format(sql.Identifier(guard))
            )
            cursor.execute(statement)


def run(statement: str) -> None:
    """Run a statement as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def change(row: Any, **fields: Any) -> str:
    """Change a row behind the services' back; return its id."""
    assert type(row)._default_manager.filter(pk=row.pk).update(**fields) == 1
    return str(row.pk)
