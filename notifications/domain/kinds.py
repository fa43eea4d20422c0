"""What a kind of message is made of, besides its words."""

from dataclasses import dataclass

CHANNELS = {
    "sms": ("sms",),
    "email": ("email",),
    "both": ("sms", "email"),
    "none": (),
}


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail, a calendar entry for example."""

    name: str
    mimetype: str
    content: str | bytes
