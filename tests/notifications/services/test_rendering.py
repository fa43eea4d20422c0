from typing import Any

import pytest
from django.core.exceptions import ValidationError

from notifications.domain.kinds import Attachment
from notifications.services.rendering import render_email, render_sms, write_email
from tests.notifications.sample_kind import LINK, NOW, Sample

WORDS = {"name": "Ása <O'Neill> & sønn", "day": NOW, "link": LINK}


def test_an_sms_is_plain_text_in_the_recipients_language(sample: Sample) -> None:
    sms = render_sms(kind="sample", to="+4740000001", language="nb", context=WORDS)

    assert sms.to == "+4740000001"
    assert sms.text == f"Hei Ása <O'Neill> & sønn. Time mandag: {LINK}"


def test_the_language_is_the_recipients_and_not_the_workers(sample: Sample) -> None:
    sms = render_sms(kind="sample", to="+4740000001", language="en", context=WORDS)

    assert "Time Monday" in sms.text


def test_an_email_has_one_line_of_subject_and_says_that_a_machine_wrote_it(
    sample: Sample, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Time <time@kommune.example>"
    email = render_email(
        kind="sample",
        to="alice@example.org",
        language="nb",
        context=WORDS,
        attachments=[Attachment("time.ics", "text/calendar", "BEGIN:VCALENDAR\r\n")],
        reference="0f",
    ).message()

    assert email["Subject"] == "Time mandag"
    assert email["From"] == "Time <time@kommune.example>"
    assert email["To"] == "alice@example.org"
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["Message-ID"] == "<0f@kommune.example>"
    body, calendar = email.get_payload()
    assert body.get_content_type() == "text/plain"
    assert "Hei Ása <O'Neill> & sønn\n" in body.get_payload(decode=True).decode()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_filename() == "time.ics"


@pytest.mark.parametrize("address", ["alice", "alice@", "a@example.org\nBcc: b@example.org"])
def test_an_address_no_email_can_have_is_found_before_it_is_sent(address: str) -> None:
    with pytest.raises(ValidationError):
        write_email(to=address, subject="Time", body="Hei\n", reference="0f")
