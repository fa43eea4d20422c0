"""What the application's database role may do: everything to rows, nothing to tables.

The owner role (alias ``owner``) migrates; the application's role (alias ``default``) reads and
writes rows, and may only add to the append-only tables.
"""

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql


def append_only_tables() -> list[str]:
    """List the tables whose model says ``append_only``: rows are added, never changed."""
    return [
        model._meta.db_table  # noqa: SLF001  # Django documents it
        for model in apps.get_models()
        if getattr(model, "append_only", False)
    ]


def grant_application_role(connection: BaseDatabaseWrapper) -> None:
    """Give the application's role its rights on all tables there are now."""
    application_role = connections["default"].settings_dict["USER"]
    if application_role == connection.settings_dict["USER"]:
        return
    role = sql.Identifier(application_role)
    # Where a migration was taken back, some of our tables are not there.
    there = set(connection.introspection.table_names())
    tables = sql.SQL("ALL TABLES IN SCHEMA public")
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(tables, role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(role),
    ]
    statements += [
        sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), role)
        for table in append_only_tables()
        if table in there
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
