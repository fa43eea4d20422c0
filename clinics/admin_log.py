"""The admin's own log: that something was changed, and which fields; never a name or a value.

Who did what to which row stands in the audit log; this one is what the admin shows as history.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

# What Django writes of a change: the names of fields and the kind of row, and what a row is called.
_TELLING = "object"


class SilentLog:
    """Pages whose log names rows by kind and number alone."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Note that a row was added."""
        _note(request, ADDITION, [obj], message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Note that a row was changed."""
        _note(request, CHANGE, [obj], message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:
        """Note that rows were deleted."""
        _note(request, DELETION, queryset, "")


def _note(request: HttpRequest, flag: int, objs: Iterable[Model], message: Any) -> None:
    for obj in objs:
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type_id=kind.pk,
            object_id=str(obj.pk),
            object_repr=str(obj.pk),
            action_flag=flag,
            change_message=_without_names(message),
        )


def _without_names(message: Any) -> str:
    """Return a message of Django's admin as it is stored, without what rows are called."""
    if not isinstance(message, list):
        return ""
    kept = [
        {
            what: {name: "" if name == _TELLING else value for name, value in details.items()}
            for what, details in part.items()
        }
        for part in message
    ]
    return json.dumps(kept)
