"""Where the servers keep their data, sockets and logs, and the lock that guards them."""

import fcntl
import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .failures import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
# For root only: data and programs that the servers' account cannot reach inside the checkout.
ELSEWHERE = Path("/var/lib/mpoxclinic")
# A socket's path has room for 104 bytes on macOS and 108 on Linux; ours end in ``.s.PGSQL.5432``.
SOCKET_FOLDER_LIMIT = 80
# URL parsers lower a host's case and stumble over odd characters, and a host holds this path.
PLAIN_PATH = re.compile(r"[a-z0-9/._-]+")
LOCK_PATIENCE = 4.0


@dataclass(frozen=True)
class Places:
    """The folders of one set of servers.

    ``var`` is the launcher's (lock, logs), ``home`` holds the data and is within the servers'
    reach, ``sockets`` is private to the servers and to whoever started them.
    """

    var: Path
    home: Path
    sockets: Path

    def log(self, name: str) -> Path:
        """Return the path of a server's log."""
        return self.var / f"{name}.log"


def find_var() -> Path:
    """Return the folder of all data, ``MPOX_VAR`` or the checkout's ``var``, made if missing."""
    var = Path(os.environ.get("MPOX_VAR") or CHECKOUT / "var").absolute()
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"{var} cannot be made ({error.strerror}): set MPOX_VAR to a folder of yours."
        ) from error
    return var


@contextmanager
def locked(var: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock; the kernel frees it however this process ends.

    Waits a moment, for a predecessor that is still stopping.
    """
    try:
        handle = (var / "embedded.lock").open("a+")
    except OSError as error:
        raise EmbeddedError(
            f"{var} cannot be written ({error.strerror}): set MPOX_VAR to a folder of yours."
        ) from error
    with handle:
        deadline = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    handle.seek(0)
                    holder = handle.read().strip() or "unknown"
                    raise EmbeddedError(
                        f"the servers in {var} are in use by process {holder}: "
                        "stop it first, or set MPOX_VAR to another folder."
                    ) from None
                wait()
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def arrange(var: Path, account: Account) -> Places:
    """Choose the folders and make the one for sockets, owned by the servers' account."""
    home = var
    if not account.can_enter(var):
        home = _home_elsewhere(var)
        print(
            f"embedded: user {account.uid} cannot reach {var}: the data is in {home}",
            file=sys.stderr,
        )
    sockets = home / "sockets"
    if not PLAIN_PATH.fullmatch(str(sockets)) or len(str(sockets)) > SOCKET_FOLDER_LIMIT:
        sockets = Path("/tmp") / f"mpox-{_key(str(home))}"  # noqa: S108 - private, checked below
    _make_private(sockets, account)
    return Places(var=var, home=home, sockets=sockets)


def make_elsewhere(name: str) -> Path:
    """Make a folder that every user can pass through, below a folder of root's."""
    folder = ELSEWHERE / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (ELSEWHERE, folder):
            path.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(
            f"{folder} cannot be made ({error.strerror}): move the checkout to a folder that "
            "every user may enter."
        ) from error
    return folder


def _home_elsewhere(var: Path) -> Path:
    # The name lives in var, so that a new clone at an old path does not find the old data.
    name = var / "embedded.id"
    if not name.exists():
        name.write_text(secrets.token_hex(8))
    return make_elsewhere(f"data-{_key(f'{name.read_text()} {var}')}")


def _key(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:12]


def _make_private(folder: Path, account: Account) -> None:
    """Make a folder only the account can enter; one that another user made is refused."""
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if found.st_uid != account.uid or found.st_mode & 0o177777 != 0o040700:
            raise EmbeddedError(
                f"{folder} exists and is not a private folder of user {account.uid}: remove it."
            ) from None
