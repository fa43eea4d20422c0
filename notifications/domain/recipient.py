"""Who a message goes to."""

from dataclasses import dataclass
from uuid import UUID

from notifications.domain.kinds import CHANNELS


@dataclass(frozen=True)
class Recipient:
    """A person's addresses and language, found when the message is sent and never stored with it.

    ``phone`` is E.164 or "", ``email`` an address or "", ``contact_by`` one of sms, email, both,
    none; ``language`` a code such as nb. ``person_id`` is whose a stop would be; None for somebody
    who is known by an address only. ``stopped`` are the channels on which they want no more of the
    messages that can be stopped.
    """

    language: str
    phone: str
    email: str
    contact_by: str
    # The person allows news of an open vial at night.
    any_hour: bool = False
    person_id: UUID | None = None
    stopped: frozenset[str] = frozenset()

    @property
    def gets_no_offers(self) -> bool:
        """Whether they are reached, and have stopped messages wherever they are."""
        return bool(self.channels) and self.stopped.issuperset(self.channels)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that they are written to on."""
        return CHANNELS[self.contact_by]

    def address_for(self, channel: str) -> str:
        """Return the address that a channel (sms or email) uses; "" when there is none."""
        return self.phone if channel == "sms" else self.email
