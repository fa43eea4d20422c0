"""`manage.py restore`: a backup becomes the database, and is checked."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.services.sealing import seal_entries
from mpoxclinic.backup.failures import BackupError
from mpoxclinic.backup.keys import read_identities
from mpoxclinic.backup.restoring import restore_backup

AT_FAULT, FAILED, TO_MIGRATE = 1, 2, 3
CHECKS = ("check_integrity", "verify_audit")


class Command(BaseCommand):
    """Restore a backup in one transaction, then check what is there."""

    help = (
        "Restores a backup into DATABASE_OWNER_URL's database: all of it, or nothing is changed. "
        "Stop the web servers and workers first. Exit status 0: restored, and the checks are "
        "clean; 1: restored, and they found something; 2: nothing was changed; 3: restored, and "
        "older than the code: run migrate and the checks."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the key and the consent to what it removes."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--identity",
            type=Path,
            default=settings.BACKUP_IDENTITY_FILE or None,
            help="the file with the secret key (or MPOX_BACKUP_IDENTITY_FILE)",
        )
        parser.add_argument(
            "--replace",
            default="",
            metavar="DATABASE",
            help="remove all that is in the database now; typed with the database's name",
        )

    def handle(self, *, file: Path, identity: Path | None, replace: str, **_options: Any) -> None:
        """Restore, check, and leave with what the checks say."""
        began = timezone.now()
        if identity is None:
            raise CommandError("--identity names the file with the key.", returncode=FAILED)
        try:
            restored = restore_backup(file, read_identities(identity), replace=replace)
        except BackupError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        took = (timezone.now() - began).total_seconds()
        rows = sum(restored.manifest.counts.values())
        self.stdout.write(
            f"Restored {rows} rows as of {restored.manifest.made_at.isoformat()}, {took:.1f} s"
        )
        if restored.to_migrate:
            self.stdout.write(
                f"The code has {len(restored.to_migrate)} newer migrations: run "
                "`manage.py migrate` and then `manage.py check_integrity`."
            )
            sys.exit(TO_MIGRATE)
        seal_entries(now=timezone.now())  # nobody has since the backup was made
        clean = [self._is_clean(name) for name in CHECKS]
        if not all(clean):
            sys.exit(AT_FAULT)

    def _is_clean(self, name: str) -> bool:
        try:
            call_command(name, stdout=self.stdout, stderr=self.stderr)
        except SystemExit as left:
            return not left.code
        except CommandError as error:
            self.stderr.write(f"{name}: {error}")
            return False
        return True
