"""What is always true of the database itself: its guards stand, and only the owner moves them.

Read from PostgreSQL's own catalogue: a migration that ran says nothing about what somebody undid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

from integrity.invariants import Fault, Invariants
from integrity.rows import table_of
from mpoxclinic.database_roles import append_only_tables

INVARIANTS = Invariants()

# Unvalidated or, from PostgreSQL 18 on, not enforced: it is there and guards nothing.
_CONSTRAINTS = """
    SELECT on_table.relname, con.conname, con.contype, to_table.relname,
           ARRAY(SELECT attname::text FROM pg_attribute
                 WHERE attrelid = con.conrelid AND attnum = ANY (con.conkey) ORDER BY attname)
      FROM pg_constraint con
      JOIN pg_class on_table ON on_table.oid = con.conrelid
      LEFT JOIN pg_class to_table ON to_table.oid = con.confrelid
     WHERE on_table.relnamespace = 'public'::regnamespace AND con.convalidated
       AND coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)
"""
_UNIQUE_INDEXES = """
    SELECT on_table.relname, index.relname, indpred IS NULL,
           ARRAY(SELECT attname::text FROM pg_attribute
                 WHERE attrelid = index.oid ORDER BY attname)
      FROM pg_index
      JOIN pg_class on_table ON on_table.oid = indrelid
      JOIN pg_class index ON index.oid = indexrelid
     WHERE on_table.relnamespace = 'public'::regnamespace AND indisunique AND indisvalid
"""
_NOT_NULL = """
    SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnotnull
"""


def _ask(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Guard:
    """Something that the database must refuse: a constraint by its name, or by its columns."""

    table: str
    name: str


def _declared(model: type[Model]) -> Iterator[Guard]:
    """List what a model's fields and constraints ask the database to refuse."""
    meta, table = model._meta, table_of(model)  # noqa: SLF001  # Django documents it
    for constraint in meta.constraints:
        kind = "unique" if isinstance(constraint, UniqueConstraint) else "constraint"
        yield Guard(table, f"{kind} {constraint.name}")
    for columns in meta.unique_together:
        names = [str(meta.get_field(name).column) for name in columns]  # type: ignore[union-attr]
        yield Guard(table, f"unique ({', '.join(sorted(names))})")
    for field in meta.local_fields:
        yield from _declared_by(field, table)


def _declared_by(field: "Field[Any, Any]", table: str) -> Iterator[Guard]:
    if field.unique:
        yield Guard(table, f"unique ({field.column})")
    if not (field.null or field.generated):  # Django gives a computed column no such guard
        yield Guard(table, f"not null ({field.column})")
    if isinstance(field, ForeignKey) and isinstance(field.related_model, type):
        yield Guard(table, f"foreign key ({field.column}) to {table_of(field.related_model)}")


def _in_force() -> set[Guard]:
    found = set()
    for table, name, kind, target, columns in _ask(_CONSTRAINTS):
        found.add(Guard(table, f"constraint {name}"))
        if kind == "f":
            found.add(Guard(table, f"foreign key ({', '.join(columns)}) to {target}"))
    for table, name, whole_table, columns in _ask(_UNIQUE_INDEXES):
        found.add(Guard(table, f"unique {name}"))
        if whole_table:
            found.add(Guard(table, f"unique ({', '.join(columns)})"))
    return found | {Guard(table, f"not null ({column})") for table, column in _ask(_NOT_NULL)}


@INVARIANTS.add("database.constraints", "Every constraint that the models declare is in force")
def find_missing_constraints(now: datetime) -> Iterator[Fault]:
    models = [model for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    in_force = _in_force()
    for guard in (guard for model in models for guard in _declared(model)):
        if guard not in in_force:
            yield Fault(guard.table, (guard.name,), "the model declares it; it is not in force")


def _has_table(model: type[Model]) -> bool:
    meta = model._meta  # noqa: SLF001  # Django documents it
    return bool(meta.managed) and not meta.proxy


def _rank_of_tables() -> dict[str, int]:
    """Rank the tables of our own apps, the app on top first, as INSTALLED_APPS lists them."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    return {
        table_of(model): rank
        for rank, app in enumerate(ours)
        for model in app.get_models(include_auto_created=True)
    }


@INVARIANTS.add("database.foreign_keys", "Foreign keys point down, as imports do")
def find_upward_foreign_keys(now: datetime) -> Iterator[Fault]:
    rank = _rank_of_tables()
    for table, name, kind, target, _columns in _ask(_CONSTRAINTS):
        if kind == "f" and rank.get(target, len(rank)) < rank.get(table, -1):
            yield Fault(table, (name,), f"points up, to {target}")


@INVARIANTS.add("database.audit_alone", "The access log has no foreign keys: it outlives its rows")
def find_tied_audit(now: datetime) -> Iterator[Fault]:
    audit = {table_of(model) for model in apps.get_app_config("audit").get_models()}
    for table, name, kind, target, _columns in _ask(_CONSTRAINTS):
        if kind == "f" and table in audit:
            yield Fault(table, (name,), f"the access log is tied to {target}")


def _application_role() -> str:
    # Without a name in the URL, the one the connection got.
    return str(settings.DATABASES["default"]["USER"] or _ask("SELECT session_user")[0][0])


@INVARIANTS.add("database.role", "The application's role can change rows and no tables")
def find_too_mighty_role(now: datetime) -> Iterator[Fault]:
    role = _application_role()
    mights = _ask(
        """
        SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
               has_schema_privilege(oid, 'public', 'CREATE'),
               has_database_privilege(oid, current_database(), 'CREATE')
          FROM pg_roles WHERE rolname = %s
        """,
        [role],
    )
    names = (
        "is a superuser",
        "may make roles",
        "may make databases",
        "passes by row security",
        "may make tables",
        "may make schemas",
    )
    for might, name in zip(mights[0], names, strict=True):
        if might:
            yield Fault("pg_roles", (role,), f"the application's role {name}")
    owned = _ask(
        """
        SELECT relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
           AND pg_has_role(%s, relowner, 'MEMBER')
         ORDER BY relname
        """,
        [role],
    )
    for (table,) in owned:
        yield Fault(table, (role,), "the application's role owns it, so it may alter or drop it")


@INVARIANTS.add("database.append_only", "The application's role cannot change append-only rows")
def find_changeable_logs(now: datetime) -> Iterator[Fault]:
    changeable = _ask(
        """
        SELECT relname, privilege
          FROM pg_class, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) privilege
         WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%(tables)s)
           AND (has_table_privilege(%(role)s, pg_class.oid, privilege)
                OR (privilege = 'UPDATE'
                    AND has_any_column_privilege(%(role)s, pg_class.oid, 'UPDATE')))
         ORDER BY relname, privilege
        """,
        {"tables": append_only_tables(), "role": _application_role()},
    )
    for table, privilege in changeable:
        yield Fault(table, (_application_role(),), f"the application's role has {privilege}")
