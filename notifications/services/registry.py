"""The kinds of messages. The app that owns a kind registers it when Django starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise

from notifications.domain.kinds import Attachment
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message


class KindTakenError(Exception):
    """Two kinds of messages have the same code."""


class UnknownKindError(Exception):
    """Nobody has registered this kind of message."""


@dataclass(frozen=True)
class Kind:
    """What a kind of message needs when it is sent: each function answers for many at once.

    All answers are keyed by message id. ``still_due`` returns reasons (codes of at most 60
    characters) for the messages that must not be sent; a message it leaves out is due.
    ``context`` gives the templates' variables and may mint links; ``attachments`` are for e-mail.
    The words are in ``templates/notifications/<code>.<sms|subject|email>.txt``.

    For the message log: ``name`` is the kind in words, ``reasons`` say what its own codes mean,
    ``subject_page`` is the name of the admin's page of a subject, opened by its id;
    ``subject`` is the model that ``subject_id`` names a row of.

    ``timing`` decides the hours it is sent in; ``cannot_wait`` names the messages that waiting for
    morning would make useless: those are sent at any hour. ``stoppable``: its recipient may have
    no more of them, because nothing that is booked or was given depends on it.
    """

    code: str
    still_due: Callable[[list[Message], datetime], dict[UUID, str]]
    context: Callable[[list[Message], datetime], dict[UUID, dict[str, Any]]]
    recipient: Callable[[list[Message]], dict[UUID, Recipient]]
    attachments: Callable[[list[Message], datetime], dict[UUID, list[Attachment]]] | None = None
    name: str | Promise = ""
    reasons: Mapping[str, str | Promise] = field(default_factory=dict)
    subject_page: str = ""
    subject: type[Model] | None = None
    timing: Timing = Timing.DAY
    cannot_wait: Callable[[list[Message], datetime], set[UUID]] | None = None
    stoppable: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; raises ``KindTakenError`` when its code is in use."""
    if kind.code in _kinds:
        raise KindTakenError(kind.code)
    _kinds[kind.code] = kind


def kind_named(code: str) -> Kind:
    """Return the kind with this code; raises ``UnknownKindError``."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKindError(code) from None


def kinds() -> list[Kind]:
    """Return all kinds that are registered."""
    return list(_kinds.values())
