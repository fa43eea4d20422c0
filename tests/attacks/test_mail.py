"""Nobody adds a header or a recipient to a message of ours."""

from email import message_from_bytes
from types import SimpleNamespace

import redis
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from notifications.domain.parts import Words
from notifications.services.rendering import render_email
from tests.factories import OPENING

ENDS = ["\r\n", "\n", "\r", "\n\n", "\r\n ", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\0"]
MORE = ["Bcc: eve@evil.example", "To: eve@evil.example", "Content-Type: text/html", "<eve@evil.x>"]
TRICKS = [f"{end}{more}" for end in ENDS for more in MORE]
OURS = {
    *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To"),
    *("Date", "Message-ID", "Auto-Submitted"),
}


def test_no_name_or_address_adds_a_header() -> None:
    """In a subject that somebody wrote, in what it names, in a place's name, and in an address."""
    written, refused = 0, 0
    for trick in TRICKS:
        clinic = SimpleNamespace(discreet_name=f"Nydalen{trick}", city=f"Oslo{trick}")
        context = {"starts_at": OPENING, "clinic": clinic, "link": f"https://x.example/{trick}"}
        for subject, to in (
            (f"Time{trick}", "alice@example.org"),
            ("Time {sted}", "alice@example.org"),
            ("", "alice@example.org"),
            ("", f"alice@example.org{trick}"),
        ):
            try:
                email = render_email(
                    kind="booked",
                    to=to,
                    language="nb",
                    context=context,
                    attachments=(),
                    reference="0f",
                    own=Words(sms="", subject=subject, email=""),
                )
            except (ValidationError, ValueError):
                refused += 1
                continue
            written += 1
            sent = message_from_bytes(email.message().as_bytes())
            assert set(sent.keys()) == OURS, trick
            assert len(sent.keys()) == len(OURS), trick
            assert sent.get_content_type() == "text/plain"
            assert email.recipients() == ["alice@example.org"]

    assert (written, refused) == (3 * len(TRICKS), len(TRICKS))
    assert len(TRICKS) == 48


def test_a_code_goes_to_the_address_that_was_typed_and_to_no_other(
    db: None, valkey: redis.Redis, client: Client, mailbox: None
) -> None:
    sent = 0
    for trick in (*TRICKS, ", eve@evil.example", ";eve@evil.example", " eve@evil.example"):
        valkey.flushdb()
        client.post(
            reverse("appointments:find"),
            {"channel": "email", "email": f"alice@example.org{trick}", "phone": ""},
        )
        sent += 1

    assert sent == 51
    assert [one.recipients() for one in mail.outbox] == []
    client.post(reverse("appointments:find"), {"channel": "email", "email": "alice@example.org"})
    assert [one.recipients() for one in mail.outbox] == [["alice@example.org"]]
