from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import AppConfig

from tests.faults.sender.deaths import die_once
from tests.faults.troubles import Trouble, address_in, trouble_of


def still_due(messages: list[Any], now: datetime) -> dict[UUID, str]:
    for message in messages:
        if trouble_of(address_in(message.occasion)) == Trouble.AFTER_CLAIM:
            die_once(str(message.pk))
    return {}


def context(messages: list[Any], now: datetime) -> dict[UUID, dict[str, Any]]:
    return {message.pk: {"number": message.subject_id.int} for message in messages}


def recipient(messages: list[Any]) -> dict[UUID, Any]:
    from notifications.domain.recipient import Recipient

    return {
        message.pk: Recipient(
            language=message.occasion.partition(" ")[0],
            phone=address_in(message.occasion),
            email=address_in(message.occasion),
            contact_by=message.channel,
        )
        for message in messages
    }


def probe() -> Any:
    """The kind of the faults' messages: always due, at any hour, to the address in its occasion."""
    from notifications.domain.timing import Timing
    from notifications.services.registry import Kind

    return Kind("probe", still_due, context, recipient, timing=Timing.AT_ONCE)


class SenderConfig(AppConfig):
    """Registers the kind in the processes that send."""

    name = "tests.faults.sender"
    label = "faults_sender"

    def ready(self) -> None:
        from notifications.services.registry import register

        register(probe())
