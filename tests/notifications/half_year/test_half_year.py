"""Half a year of one clinic, 300 people: each gets just what the table says, and nothing more."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail

from appointments.models import Appointment
from clinics.domain.calendar import OSLO
from clinics.domain.discreet import forbidden_words
from clinics.domain.public_holidays import is_day_of_rest
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import kind_named
from patients.models import Patient
from tests.notifications.half_year.expected import Line, table_of
from tests.notifications.half_year.life import Life

pytestmark = pytest.mark.django_db


class Stream:
    """What left the clinic: files of SMS and e-mails in a mailbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sms"

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield each message's reference, channel and words, as often as it went out."""
        for path in self.folder.glob("*.json"):
            sms = json.loads(path.read_text())
            yield sms["reference"], "sms", sms["text"]
        for one in mail.outbox:
            reference = one.extra_headers["Message-ID"].strip("<>").partition("@")[0]
            yield reference, "email", f"{one.subject}\n{one.body}"

    def newest_to(self, patient: Patient) -> str:
        """Return the words of the newest reminder of the next time to somebody, "" for none."""
        sent = Message.objects.filter(kind="next_due", subject_id=patient.pk, state="sent")
        newest = sent.order_by("-ended_at", "channel").first()
        if newest is None:
            return ""
        if newest.channel == "sms":
            return str(json.loads((self.folder / f"{newest.pk}.json").read_text())["text"])
        return next(words for reference, _c, words in self.texts() if reference == str(newest.pk))


@pytest.fixture
def half_year(settings: Any, tmp_path: Path, valkey: Any) -> Iterator[tuple[Life, Stream]]:
    settings.SMS_GATEWAY = "notifications.gateways.FileSmsGateway"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OUTBOX_DIR = tmp_path
    mail.outbox = []
    stream = Stream(tmp_path)
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=OSLO), tick=False) as traveller:
        life = Life(traveller.move_to, stream.newest_to)
        life.happen()
        yield life, stream


def lines_of(life: Life, stream: Stream) -> Counter[Line]:
    """Return each line (person, kind, channel, day) of what went out."""
    number = {patient.pk: one for one, patient in life.patients.items()}
    visits = dict(Appointment.objects.values_list("pk", "patient_id"))
    rows = {str(row.pk): row for row in Message.objects.all()}
    found: Counter[Line] = Counter()
    for reference, channel, _words in stream.texts():
        row = rows[reference]
        assert row.channel == channel
        assert row.ended_at is not None
        patient_id = visits.get(row.subject_id, row.subject_id)
        found[number[patient_id], row.kind, channel, _day(row.ended_at)] += 1
    return found


def _day(at: datetime) -> date:
    return at.astimezone(OSLO).date()


def _in_words(lines: Counter[Line], life: Life, what: str) -> list[str]:
    story = {one.number: one for one in life.people}
    return [
        f"{day} {kind} by {channel} {what} to {story[number]}"
        for (number, kind, channel, day) in sorted(lines.elements())
    ]


def test_everybody_gets_what_the_table_says_and_nothing_else(half_year):
    life, stream = half_year
    expected, sent = table_of(life.people), lines_of(life, stream)
    wrong = _in_words(expected - sent, life, "did not come") + _in_words(
        sent - expected, life, "should not have come"
    )
    assert wrong == [], "\n".join(wrong)

    # In nobody's night, and reminders of the next time on no day of rest.
    for row in Message.objects.filter(state="sent"):
        at = row.ended_at.astimezone(OSLO)
        assert 8 <= at.hour < 21, row
        if kind_named(row.kind).timing is Timing.WORKDAY:
            assert not is_day_of_rest(at.date()), row
    for _reference, _channel, words in stream.texts():
        # A link's random letters may spell anything.
        assert forbidden_words(re.sub(r"https?://\S+", "", words)) == [], words
    left = Counter(Message.objects.exclude(state="sent").values_list("state", flat=True))
    assert set(left) <= {"skipped", "waiting"}, left
