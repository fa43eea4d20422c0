"""`manage.py rotate_keys`: bring everything that is encrypted or hashed under the newest keys."""

import sys
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import connection
from tqdm import tqdm  # type: ignore[import-untyped]

from encryption.rotation import Found, Table, count_rows, encrypted_tables, rotate

NOT_DONE = 1
# Who writes rows while this runs has the newest keys, or is restarted; then nothing is left.
MOST_ROUNDS = 5
# Encrypted by others than our fields: sessions, and what stands in the second factors.
SESSIONS = Table(Session, columns=("session_data",))
AUTHENTICATORS = Table(Authenticator, json_columns=("data",))


class Command(BaseCommand):
    """Re-encrypt and re-hash with the first of MPOX_FIELD_KEYS and of MPOX_LOOKUP_KEYS."""

    help = (
        "Brings every encrypted value and every look-up hash under the newest keys, row by row, "
        "while the clinic works. Stopped in any way, it is begun again and goes on. Run it as the "
        "application's role. Afterwards --check says whether the older keys may be dropped: exit "
        "status 1 when rows still need one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to change anything."""
        parser.add_argument(
            "--check",
            "--dry-run",
            action="store_true",
            dest="check",
            help="count the rows that still need an older key, and change nothing",
        )

    def handle(self, **options: Any) -> None:
        """Go through all tables, and say of each what was found."""
        tables = encrypted_tables(SESSIONS, AUTHENTICATORS)
        open_tables = [table for table in tables if not table.is_append_only]
        if options["check"]:
            seen = self._round(tables, only_look=True)
            self._end({name: one.older + one.unreadable for name, one in seen.items()})
            return
        with connection.cursor() as cursor:
            # What a crash of the database loses of the last moments is simply done again.
            cursor.execute("SET synchronous_commit = off")
        for _round in range(MOST_ROUNDS):
            done = self._round(open_tables, only_look=False)
            if not any(one.passed_over for one in done.values()):
                break
        left = {name: one.passed_over + one.unreadable for name, one in done.items()}
        # Whose rows nobody may change, stay under their keys.
        fixed = self._round([one for one in tables if one.is_append_only], only_look=True)
        left.update({name: one.older + one.unreadable for name, one in fixed.items()})
        self._end(left)

    def _round(self, tables: list[Table], *, only_look: bool) -> dict[str, Found]:
        found = {}
        total = sum(count_rows(table) for table in tables)
        with tqdm(total=total, unit="rows", file=sys.stderr, disable=not total) as bar:
            for table in tables:
                bar.set_description(table.name)
                found[table.name] = one = rotate(table, only_look=only_look, told=bar.update)
                if one.older:
                    words = "under older keys" if only_look else "brought under the newest keys"
                    self.stdout.write(f"{table.name}: {one.older} of {one.rows} {words}")
                if one.unreadable:
                    self.stdout.write(f"{table.name}: {one.unreadable} that no key opens")
        return found

    def _end(self, left: dict[str, int]) -> None:
        rows = sum(left.values())
        if rows:
            names = ", ".join(f"{name} ({count})" for name, count in left.items() if count)
            self.stdout.write(f"{rows} rows still need an older key: {names}")
            sys.exit(NOT_DONE)
        self.stdout.write("Nothing needs an older key")
