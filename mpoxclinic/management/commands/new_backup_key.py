"""`manage.py new_backup_key`: a pair of keys for backups, shown once and kept nowhere."""

from typing import Any

from django.core.management.base import BaseCommand

from mpoxclinic.backup.keys import new_pair


class Command(BaseCommand):
    """Print a new pair."""

    help = (
        "Makes the pair of keys of backups and prints it once. The recipient is set on the server "
        "as MPOX_BACKUP_RECIPIENTS; the identity opens every backup and is kept elsewhere."
    )
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        """Print the recipient and the identity, as a file that ``age`` reads too."""
        recipient, identity = new_pair()
        self.stdout.write(f"# Recipient, for MPOX_BACKUP_RECIPIENTS on the server: {recipient}")
        self.stdout.write("# Identity: keep it in two places, none of them the server.")
        self.stdout.write(identity)
