"""The keys of backups: recipients encrypt and are no secret, the identity decrypts."""

from collections.abc import Iterable
from pathlib import Path

from pyrage import IdentityError, RecipientError, x25519

from mpoxclinic.backup.failures import BackupError


def new_pair() -> tuple[str, str]:
    """Return a new recipient and its identity, as text."""
    identity = x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def read_recipients(texts: Iterable[str]) -> list[x25519.Recipient]:
    """Read who a backup is encrypted to. Raises ``BackupError`` for none, or for a wrong one."""
    recipients = []
    for text in texts:
        try:
            recipients.append(x25519.Recipient.from_str(text))
        except RecipientError as error:
            raise BackupError(
                f"MPOX_BACKUP_RECIPIENTS: {text[:12]}… is no recipient: it begins with age1, and "
                "`manage.py new_backup_key` makes one."
            ) from error
    if not recipients:
        raise BackupError(
            "MPOX_BACKUP_RECIPIENTS is not set: make a pair of keys with `manage.py "
            "new_backup_key` on a machine that is not the server, and set the recipient here."
        )
    return recipients


def read_identities(path: Path) -> list[x25519.Identity]:
    """Read a file of identities, as ``age`` does: one a line, # begins a comment.

    Raises ``BackupError`` when the file cannot be read or holds none.
    """
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The identity in {path} cannot be read: {error}") from error
    identities = []
    for line in lines:
        if line and not line.startswith("#"):
            try:
                identities.append(x25519.Identity.from_str(line))
            except IdentityError as error:
                # Never the line itself: it may be a secret with one wrong letter.
                raise BackupError(
                    f"{path} holds a line that is no identity: one begins with AGE-SECRET-KEY-."
                ) from error
    if not identities:
        raise BackupError(f"{path} holds no identity.")
    return identities
