import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from notifications.domain.kinds import Attachment
from notifications.gateways import FileSmsGateway, send_email
from notifications.selectors import written_messages
from notifications.services.rendering import write_email
from tests.notifications.sample_kind import LINK

URL = "/dev/outbox/"


@pytest.fixture
def write(settings: Any, outbox_dir: Path) -> Callable[..., None]:
    """Write messages as the demo does, each a minute younger than the one before."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    times = iter(range(1_700_000_000, 1_800_000_000, 60))

    def write(channel: str, text: str, **email: Any) -> None:
        before = set(outbox_dir.rglob("*.*"))
        if channel == "sms":
            reference = f"r{len(before)}"
            FileSmsGateway().send(to="+4740000001", text=text, reference=reference)
        else:
            send_email(
                write_email(
                    **{
                        "to": "alice@example.org",
                        "subject": "Timen din",
                        "body": f"{text}\n",
                        "reference": "0f",
                    }
                    | email
                )
            )
        written_at = next(times)
        for path in set(outbox_dir.rglob("*.*")) - before:
            os.utime(path, (written_at, written_at))

    return write


def page(client: Client) -> str:
    response = client.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_outbox_says_how_to_get_a_message(client: Client, outbox_dir: Path) -> None:
    html = page(client)

    assert "Ingen meldinger ennå" in html
    assert "Bestill en time fra forsiden" in html


def test_the_newest_message_is_on_top(client: Client, write: Callable[..., None]) -> None:
    write("sms", "den eldste")
    write("email", "den midterste")
    write("sms", "den nyeste")

    html = page(client)

    assert html.index("den nyeste") < html.index("den midterste") < html.index("den eldste")


def test_an_email_is_shown_as_it_reads(client: Client, write: Callable[..., None]) -> None:
    calendar = Attachment("time.ics", "text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    write(
        "email",
        "Hei på deg. Æ e trønder æ.",
        subject="Timen din på mandag, klokka 10",
        attachments=[calendar],
    )

    html = page(client)

    assert "Timen din på mandag, klokka 10" in html
    assert "alice@example.org" in html
    assert "Hei på deg. Æ e trønder æ." in html
    assert "Vedlegg: time.ics" in html
    assert "BEGIN:VCALENDAR" in html
    assert "Content-Transfer-Encoding" not in html


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_links_can_be_followed(client: Client, write: Callable[..., None], channel: str) -> None:
    write(channel, f"Endre eller avbestill: {LINK}")

    assert f'<a href="{LINK}"' in page(client)


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_nothing_in_a_message_becomes_a_part_of_the_page(
    client: Client, write: Callable[..., None], channel: str
) -> None:
    write(channel, 'Hei <script>alert(1)</script> https://a.example/"onmouseover="x <b>&amp;')

    html = page(client)

    assert "<script>alert" not in html
    assert '"onmouseover="' not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;amp;" in html


def test_only_web_addresses_become_links(client: Client, write: Callable[..., None]) -> None:
    write("sms", "javascript:alert(1) data:text/html,x")

    assert 'href="javascript' not in page(client)
    assert 'href="data' not in page(client)


def test_two_emails_in_one_file_are_two(outbox_dir: Path, write: Callable[..., None]) -> None:
    write("email", "den første\n" + "-" * 79 + "\nmed en strek")
    write("email", "den andre")
    first, second = sorted((outbox_dir / "email").iterdir(), key=lambda path: path.stat().st_mtime)
    first.write_bytes(first.read_bytes() + second.read_bytes())
    second.unlink()

    texts = [message.text for message in written_messages()]

    assert [text.splitlines()[0] for text in texts] == ["den andre", "den første"]
    assert "med en strek" in texts[1]


def test_files_that_are_something_else_are_shown_as_they_are(
    client: Client, outbox_dir: Path
) -> None:
    (outbox_dir / "sms").mkdir()
    (outbox_dir / "email").mkdir()
    (outbox_dir / "sms" / "odd.json").write_text('["ingen SMS"]')
    (outbox_dir / "email" / "odd.log").write_bytes(b"ingen e-post \xff")

    html = page(client)

    assert "ingen SMS" in html
    assert "ingen e-post" in html


def test_only_the_newest_files_are_read(outbox_dir: Path, write: Callable[..., None]) -> None:
    for number in range(4):
        write("sms", str(number))

    assert [message.text for message in written_messages(limit=2)] == ["3", "2"]


def test_outside_the_demo_the_page_does_not_exist(client: Client, settings: Any) -> None:
    settings.DEMO = False

    assert client.get(URL).status_code == 404


def test_from_another_machine_the_page_does_not_exist(client: Client) -> None:
    assert client.get(URL, REMOTE_ADDR="192.0.2.7").status_code == 404
