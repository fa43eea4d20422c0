"""Who the servers run as. PostgreSQL refuses to run as root, and Valkey has no need to."""

import os
import pwd
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOBODY = 65534  # where the system has no user of that name


@dataclass(frozen=True)
class Account:
    """The user and group of the servers; ``dropped`` when the launcher itself is root."""

    uid: int
    gid: int
    dropped: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Return what makes ``subprocess`` start a process as this account."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)

    def can_read(self, paths: Iterable[Path]) -> bool:
        """Tell whether this account can read everything in these files and folders."""
        return self._finds(lambda: all(_is_readable(path) for path in paths))

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this account can pass through this folder."""
        return self._finds(lambda: os.access(folder, os.X_OK))

    def _finds(self, question: Callable[[], bool]) -> bool:
        """Ask in a child that has become the account: only the kernel knows every rule."""
        if not self.dropped:
            return True
        child = os.fork()
        if child == 0:
            answer = False
            try:
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
                answer = question()
            finally:
                os._exit(0 if answer else 1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def choose_account(checkout: Path) -> Account:
    """Choose who runs the servers: oneself, or, as root, the checkout's owner or nobody."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    owner = checkout.stat().st_uid
    # PostgreSQL's initdb wants a user with a name; the owner of a mounted folder may have none.
    with suppress(KeyError):
        if owner != 0:
            return Account(owner, pwd.getpwuid(owner).pw_gid, dropped=True)
    with suppress(KeyError):
        nobody = pwd.getpwnam("nobody")
        return Account(nobody.pw_uid, nobody.pw_gid, dropped=True)
    return Account(NOBODY, NOBODY, dropped=True)


def _is_readable(path: Path) -> bool:
    if not path.is_dir():
        return os.access(path, os.R_OK)
    for folder, _, files in os.walk(path):
        if not os.access(folder, os.R_OK | os.X_OK):
            return False
        if not all(os.access(Path(folder, name), os.R_OK) for name in files):
            return False
    return os.access(path, os.R_OK | os.X_OK)
