"""`manage.py verify_audit`: is the access log what it was when it was written?"""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm  # type: ignore[import-untyped]

from audit.domain.verifying import Found, Head, Wrong
from audit.models import AuditEntry, Seal
from audit.selectors import head as newest_head
from audit.services.verification import verify

AT_FAULT = 1
WORDS = {
    Wrong.ROWS_CHANGED: "a row of rows {ids}, sealed by seal {seal}, has been changed",
    Wrong.ROWS_MISSING: "rows {ids}, sealed by seal {seal}, are gone",
    Wrong.ROW_UNSEALED: "row {ids} is in no seal: it was put in by hand, or nothing seals",
    Wrong.ROW_SEALED_TWICE: "row {ids} is in another seal already than in seal {seal}",
    Wrong.ROW_BACKDATED: "row {ids}, sealed by seal {seal}, is dated before the seal before it",
    Wrong.SEAL_CHANGED: "seal {seal} has been changed",
    Wrong.SEAL_FORGED: "seal {seal} is not signed by the key that it names",
    Wrong.SEALS_MISSING: "seals {ids}, before seal {seal}, are gone",
    Wrong.CHAIN_BROKEN: "seal {seal} does not follow the seal before it",
    Wrong.KEY_UNKNOWN: "the key that signed seal {seal} is not in MPOX_AUDIT_KEYS",
    Wrong.HEAD_MISSING: "seal {seal}, the head that was kept, is gone",
    Wrong.HEAD_DIFFERS: "seal {seal} is not the head that was kept",
}


class Command(BaseCommand):
    """Print what is wrong with the access log, and its head."""

    help = (
        "Checks every row of the access log and every seal. One line for each fault. Exit status 1 "
        "when there is one, 2 for a wrong argument. Keep the head that it prints elsewhere, and "
        "give it with --head next time: the newest seals cannot be taken away unseen then. It only "
        "reads, from one snapshot, so it can run while the clinic works."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the format and a head that was kept."""
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument(
            "--head", type=_head, metavar="NUMBER:HASH", help="a head that was printed before"
        )

    def handle(self, **options: Any) -> None:
        """Print the faults and the head, and leave with status 1 when there are any."""
        found = verify(now=timezone.now(), head=options["head"], progress=_shown)
        newest = newest_head()
        head = f"{newest.number}:{newest.hash}" if newest else None
        report = self._print_json if options["json"] else self._print_lines
        if report(found, head):
            sys.exit(AT_FAULT)

    def _print_lines(self, found: Iterable[Found], head: str | None) -> bool:
        faults = 0
        for one in found:
            faults += 1
            self.stdout.write(f"{one.wrong}: {_words(one)}")
        rows, seals = AuditEntry.objects.count(), Seal.objects.count()
        verdict = f"{faults} faults" if faults else "whole"
        self.stdout.write(f"{rows} rows, {seals} seals: {verdict}. Head: {head or 'none yet'}")
        return bool(faults)

    def _print_json(self, found: Iterable[Found], head: str | None) -> bool:
        faults = [
            {"wrong": one.wrong, "seal": one.seal, "ids": one.ids, "what": _words(one)}
            for one in found
        ]
        self.stdout.write(json.dumps({"whole": not faults, "head": head, "faults": faults}))
        return bool(faults)


def _words(one: Found) -> str:
    return WORDS[one.wrong].format(seal=one.seal, ids=one.ids)


def _head(text: str) -> Head:
    if not re.fullmatch(r"[1-9][0-9]{0,17}:[0-9a-f]{64}", text):
        raise ArgumentTypeError("a head is NUMBER:HASH, as this command prints it")
    number, _colon, hashed = text.partition(":")
    return Head(int(number), hashed)


def _shown(items: Iterable[Any], total: int, unit: str) -> Iterable[Any]:
    """Show how far it is, on a terminal only."""
    return tqdm(items, total=total, unit=f" {unit}", disable=None, file=sys.stderr)  # type: ignore[no-any-return]
