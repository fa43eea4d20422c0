"""What stops a backup or a restore, in words for who runs it."""


class BackupError(Exception):
    """A backup was not made, or not restored; the words say why and what to do."""
