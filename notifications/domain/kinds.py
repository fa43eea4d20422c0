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


@dataclass(frozen=True)
class StopLink:
    """Where a recipient stops messages of this kind: ``page`` for people; ``one_click`` for mail
    programs, which post to it (RFC 8058)."""

    page: str
    one_click: str
