"""The admin's own log: that something was changed, and which fields; never a name or a value.

Who did what to which row stands in the audit log; this one is what the admin shows as history.
"""

import json
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

from clinics.models import Staff

# What Django writes of a change: the names of fields and the kind of row, and what a row is called.
_TELLING = "object"


def note(request: HttpRequest, flag: int, obj: Model, message: Any) -> LogEntry:
    """Write down that a row was added, changed or deleted, and by whom."""
    assert isinstance(request.user, Staff), "the access rule lets no other in"
    kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
    return LogEntry.objects.create(
        user=request.user,
        content_type=kind,
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
