"""`manage.py backup`: the whole database in one encrypted file."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mpoxclinic.backup.failures import BackupError
from mpoxclinic.backup.keys import read_recipients
from mpoxclinic.backup.writing import drop_old, write_backup

FAILED = 2


class Command(BaseCommand):
    """Write a backup, and drop those that are too old."""

    help = (
        "Writes the whole database, as it is at one moment, to one file encrypted to "
        "MPOX_BACKUP_RECIPIENTS. It can run while the clinic works. Exit status 2 when no backup "
        "was written."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and how long backups are kept."""
        parser.add_argument("folder", nargs="?", default=settings.BACKUP_DIR, type=Path)
        parser.add_argument(
            "--keep-days",
            type=int,
            metavar="N",
            help="afterwards remove this folder's backups that are older; the newest stays",
        )

    def handle(self, *, folder: Path, keep_days: int | None, **_options: Any) -> None:
        """Write it and say where it is."""
        now = timezone.now()
        if keep_days is not None and keep_days < 1:
            raise CommandError("--keep-days takes 1 or more.", returncode=FAILED)
        try:
            recipients = read_recipients(settings.BACKUP_RECIPIENTS)
            written = write_backup(folder, recipients, now=now)
        except BackupError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        rows = sum(written.manifest.counts.values())
        tables = len(written.manifest.counts)
        took = (timezone.now() - now).total_seconds()
        self.stdout.write(
            f"{written.path}: {rows} rows in {tables} tables, "
            f"{written.size / 1e6:.1f} MB, {took:.1f} s"
        )
        if keep_days is not None:
            for path in drop_old(folder, older_than=timedelta(days=keep_days), now=now):
                self.stdout.write(f"{path}: removed")
