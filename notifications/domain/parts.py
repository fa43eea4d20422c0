"""What a message consists of."""

from dataclasses import dataclass

# The parts of a message, each with words of its own.
PARTS = ("sms", "subject", "email")


@dataclass(frozen=True)
class Words:
    """The words of a message: of the SMS, and of the e-mail with its subject."""

    sms: str
    subject: str
    email: str


NO_WORDS = Words(sms="", subject="", email="")
