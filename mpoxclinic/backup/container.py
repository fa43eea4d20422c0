"""The plain text inside the encryption: one line of manifest, the dump, 64 figures of SHA-256.

``Outgoing`` is read by who encrypts, ``Incoming`` is written to by who decrypts; both go through
with a few blocks in memory, whatever the database weighs.
"""

import hashlib
from collections.abc import Callable
from typing import Protocol

from mpoxclinic.backup.failures import BackupError
from mpoxclinic.backup.manifest import LONGEST, Manifest

SUM = 64  # bytes, in hexadecimal
BLOCK = 1 << 16


class Readable(Protocol):
    """Where a dump comes from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""


class Writable(Protocol):
    """Where a dump goes."""

    def write(self, data: bytes, /) -> object:
        """Take all of it."""


class Outgoing:
    """What is encrypted. ``finish`` is called at the dump's end, before the check sum is given."""

    def __init__(self, manifest: Manifest, dump: Readable, finish: Callable[[], None]) -> None:
        self._dump, self._finish = dump, finish
        self._sum = hashlib.sha256()
        self._waiting = manifest.as_line()
        self._sum.update(self._waiting)
        self._ended = False

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes, none after the check sum."""
        if not self._waiting and not self._ended:
            self._waiting = self._dump.read(BLOCK)
            self._sum.update(self._waiting)
            if not self._waiting:
                self._finish()
                self._ended = True
                self._waiting = self._sum.hexdigest().encode()
        given, self._waiting = self._waiting[:size], self._waiting[size:]
        return given


class Incoming:
    """Takes what is decrypted: the manifest is told first, the dump passed on, the sum kept back.

    ``began`` gets the manifest and says where the dump goes. The end of the dump is passed on by
    ``close`` only, when the sum is right: nobody downstream can take a torn dump for a whole one.
    """

    def __init__(self, began: Callable[[Manifest], Writable]) -> None:
        self._began = began
        self._into: Writable | None = None
        self._sum = hashlib.sha256()
        self._kept = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes. Raises ``BackupError`` when they do not begin as a backup does."""
        self._kept += data
        if self._into is None:
            line, end, rest = self._kept.partition(b"\n")
            if not end:
                if len(line) > LONGEST:
                    raise BackupError("The file was decrypted, and is not a backup of ours.")
                return len(data)
            self._sum.update(line + end)
            self._into = self._began(Manifest.of_line(line))
            self._kept = rest
        if len(self._kept) > BLOCK + SUM:
            self._pass_on(len(self._kept) - BLOCK)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is kept back is passed on by ``close``."""

    def close(self) -> None:
        """Check the sum and pass on the rest. Raises ``BackupError`` when it is not right."""
        last = self._kept[-SUM:]
        whole = self._sum.copy()
        whole.update(self._kept[:-SUM])
        if self._into is None or whole.hexdigest().encode() != last:
            raise BackupError("The backup is not whole: its check sum is not right.")
        self._pass_on(len(self._kept) - SUM)

    def _pass_on(self, size: int) -> None:
        assert self._into is not None
        passed, self._kept = self._kept[:size], self._kept[size:]
        self._sum.update(passed)
        self._into.write(passed)
