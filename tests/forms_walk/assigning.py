"""What no form asks for, and rows have: sent along, it must come into no row."""

from collections.abc import Collection

from django.apps import apps

# Every column of every table, under both of its names; and a value to know it by.
COLUMNS = {
    name
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    for name in (field.name, field.attname)
}
MARK = "xq9z"


def assigned(tables: Collection[str]) -> list[str]:
    """Name the columns of these tables that took the mark."""
    models = [model for model in apps.get_models() if model._meta.db_table in tables]
    return [
        f"{model.__name__}.{name}"
        for model in models
        for row in model._base_manager.values()
        for name, value in row.items()
        if MARK in str(value)
    ]
