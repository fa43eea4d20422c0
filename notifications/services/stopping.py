"""The link by which a recipient stops messages: the app that knows people makes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from notifications.domain.kinds import StopLink
from notifications.domain.recipient import Recipient
from notifications.models import Message
from notifications.services.registry import Kind

# Mints a link for each message whose recipient is a person, in one go.
StopLinks = Callable[[Mapping[UUID, UUID], datetime], dict[UUID, StopLink]]

_makers: list[StopLinks] = []


def register_stop_links(maker: StopLinks) -> None:
    """Name what makes the links: a function of persons by message id, and the time."""
    _makers[:] = [maker]


def is_stopped(kind: Kind, message: Message, recipient: Recipient) -> bool:
    """Tell whether the recipient wants no more such messages by this channel."""
    return kind.stoppable and message.channel in recipient.stopped


def stop_links(
    kind: Kind, recipients: Mapping[UUID, Recipient], now: datetime
) -> dict[UUID, StopLink]:
    """Return the stop links of a kind's messages, by message id; none for what cannot be stopped.

    Whoever is known by an address only has no link: the message says how to end it.
    """
    if not kind.stoppable or not _makers:
        return {}
    people = {pk: one.person_id for pk, one in recipients.items() if one.person_id}
    return _makers[0](people, now) if people else {}
