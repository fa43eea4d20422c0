"""`manage.py retention`: what is kept no longer goes, or would go."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from care.retention.schedule import SCHEDULE
from care.retention.sweep import let_go, what_would_go
from care.retention.words import time_in_words
from clinics.domain.calendar import OSLO

WRONG = 2


class Command(BaseCommand):
    """Let go, or say what would go."""

    help = (
        "Deletes or strips what the retention schedule says is kept no longer, as the nightly task "
        "does, and prints how much of what: counts, never personal data. Another time than now "
        "(--at) can only be looked at."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to change anything, the moment and the format."""
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--at", metavar="TIME", help="as of then, e.g. 2027-01-31T03:00")
        parser.add_argument("--schedule", action="store_true", help="print the schedule only")

    def handle(
        self,
        *,
        dry_run: bool,
        at: str | None,
        schedule: bool,
        **options: Any,
    ) -> None:
        """Do it, or look, and print."""
        with translation.override("nb"):
            if schedule:
                self._print_schedule()
                return
            now = timezone.now() if at is None else _moment(at)
            if at is not None and not dry_run:
                raise CommandError("--at goes with --dry-run only.", returncode=WRONG)
            went = list(what_would_go(now=now)) if dry_run else let_go(now=now)
            if options["json"]:
                counts = {one.kind.code: one.number for one in went}
                report = {"at": now.isoformat(), "dry_run": dry_run, "counts": counts}
                self.stdout.write(json.dumps(report, indent=2))
                return
            verb = "would be" if dry_run else "were"
            for one in went:
                self.stdout.write(f"{one.kind.code}: {one.number} {verb} {one.kind.ending}")

    def _print_schedule(self) -> None:
        for kind in SCHEDULE:
            self.stdout.write(f"{kind.code}: {time_in_words(kind)}; {kind.ending}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--at {text} is no time, e.g. 2027-01-31T03:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
