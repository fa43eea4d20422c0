"""`manage.py due_messages`: what would be sent at a moment, and why not the rest."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from care.services.message_people import people_of
from clinics.domain.calendar import OSLO
from mpoxclinic.planners import PLANNERS
from notifications.models import Message
from notifications.services.foresight import Foreseen, due_at
from notifications.words import reason_in_words

WRONG_TIME = 2
HOW = "Give a day and a time of day as in Oslo: 2026-12-01T09:00 (or with an offset: +01:00)."


class Command(BaseCommand):
    """Print what a sweep would do at a moment."""

    help = (
        "Shows what would be sent at a time, with its words, and why not for the others. Nothing "
        "is sent or changed: what would be planned until then is planned and undone, and links "
        "have a placeholder. People are named by id only; addresses are not shown."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the time and the format."""
        parser.add_argument(
            "--at", metavar="TIME", help="for example 2026-12-01T09:00; now when it is not given"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")

    def handle(self, **options: Any) -> None:
        """Plan, look, and undo."""
        at = _moment(options["at"]) if options["at"] is not None else timezone.now()
        with transaction.atomic():
            if at > timezone.now():
                for plan in PLANNERS:
                    plan(now=at)
            rows = _rows(at)
            transaction.set_rollback(True)
        sent = [row for row in rows if "text" in row]
        others = [row for row in rows if "text" not in row]
        if options["json"]:
            printed = {"at": _local(at), "would_be_sent": sent, "would_not": others}
            self.stdout.write(json.dumps(printed, indent=2, ensure_ascii=False))
        else:
            self._print(at, sent, others)

    def _print(
        self, at: datetime, sent: list[dict[str, Any]], others: list[dict[str, Any]]
    ) -> None:
        self.stdout.write(f"{_local(at)}: {len(sent)} would be sent, {len(others)} would not.")
        for row in sent:
            self.stdout.write("")
            self.stdout.write(f"{_line(row)} {row['language']}")
            lines = [row["subject"], "", *row["text"].splitlines()]
            for line in lines if row["subject"] else lines[2:]:
                self.stdout.write(f"    {line}".rstrip())
            for name in row["files"]:
                self.stdout.write(f"    [{name}]")
        for row in others:
            self.stdout.write("")
            until = f" until {row['held_until']}" if row["held_until"] else ""
            self.stdout.write(f"{_line(row)} NOT SENT: {row['reason']}{until}")
            self.stdout.write(f"    {row['words']}")


def _rows(at: datetime) -> list[dict[str, Any]]:
    """Read all of it, before what was planned is undone."""
    found = list(due_at(at))
    person_of = people_of(message for message, _foreseen in found)
    return [_row(message, foreseen, person_of.get(message.pk)) for message, foreseen in found]


def _row(message: Message, foreseen: Foreseen, person: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message": str(message.pk),
        "person": str(person) if person else None,
        "kind": message.kind,
        "channel": message.channel,
        "due_at": _local(message.due_at),
    }
    if foreseen.why_not:
        return row | {
            "reason": foreseen.why_not,
            "words": str(reason_in_words(message, foreseen.why_not)),
            "held_until": _local(foreseen.held_until) if foreseen.held_until else None,
        }
    return row | {
        "language": foreseen.language,
        "subject": foreseen.subject,
        "text": foreseen.text,
        "files": list(foreseen.files),
    }


def _line(row: dict[str, Any]) -> str:
    person = row["person"] or "nobody with a name"
    return f"{row['message']} {row['kind']} {row['channel']} to {person}, due {row['due_at']}"


def _local(at: datetime) -> str:
    return at.astimezone(OSLO).isoformat(timespec="minutes")


def _moment(text: str) -> datetime:
    """Read a time, by Oslo's clocks if it has no offset. Raises CommandError."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise _wrong(f"{text!r} is not a time.") from error
    if len(text.strip()) <= len("2026-12-01"):
        raise _wrong(f"{text!r} has no time of day.")
    if not 2000 <= at.year < 2100:
        raise _wrong(f"{text!r} is not in this century.")
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    local = at.replace(tzinfo=OSLO)
    if local.astimezone(UTC).astimezone(OSLO).replace(tzinfo=None) != at:
        raise _wrong(f"{text!r} does not exist: the clocks are set forward over it.")
    return local.astimezone(UTC)


def _wrong(words: str) -> CommandError:
    return CommandError(f"{words} {HOW}", returncode=WRONG_TIME)
