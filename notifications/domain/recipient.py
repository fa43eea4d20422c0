"""Who a message goes to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipient:
    """A person's addresses and language, found when the message is sent and never stored with it.

    ``phone`` is E.164 or "", ``email`` an address or "", ``contact_by`` one of sms, email, both,
    none; ``language`` a code such as nb.
    """

    language: str
    phone: str
    email: str
    contact_by: str

    def address_for(self, channel: str) -> str:
        """Return the address that a channel (sms or email) uses; "" when there is none."""
        return self.phone if channel == "sms" else self.email
