"""Children in the foreground: how their lines look, and that none of them outlives the rest."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
START = """
import sys
from mpoxclinic.embedded.foreground import Foreground, RunError, StopAsked, show
foreground = Foreground()
foreground.listen()
try:
    {body}
    while True:
        foreground.heed()
        foreground.expect_all_alive()
        foreground.turn()
except StopAsked:
    sys.exit(0)
except RunError as error:
    print("run:", error)
    sys.exit(1)
finally:
    foreground.stop()
"""
SLEEPER = "import time; print('{name} is up'); time.sleep(60)"
TWO_SLEEPERS = "; ".join(
    f'foreground.start("{name}", "-c", "{SLEEPER.format(name=name)}")' for name in ("web", "beat")
)
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
WITH_GRANDCHILD = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid); time.sleep(60)"
)


@pytest.fixture
def start() -> Iterator:
    started: list[subprocess.Popen[str]] = []

    def start_program(body: str, **keywords: object) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", START.format(body=body)],
                cwd=CHECKOUT,
                **({"stdout": subprocess.PIPE, "text": True, "start_new_session": True} | keywords),
            )
        )
        return started[-1]

    yield start_program
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def children_of(pid: int) -> list[int]:
    """List the processes whose parent this is."""
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def gone(pids: list[int], patience: float) -> bool:
    """Tell whether none of these runs any more, or has stopped running in time."""
    deadline = time.monotonic() + patience
    while any(state(pid) not in ("", "Z") for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def state(pid: int) -> str:
    """Return a process's state letter, or nothing when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def both_up(process: subprocess.Popen[str]) -> list[int]:
    """Wait until both sleepers have spoken; return their numbers."""
    assert sorted(process.stdout.readline() for _ in "12") == [
        "beat    | beat is up\n",
        "web     | web is up\n",
    ]
    return children_of(process.pid)


def test_each_line_stands_under_its_name_and_a_last_line_without_an_end_is_shown(start):
    body = r"""foreground.complete("migrate", "-c", "print('one'); print('two', end='')")
    sys.exit()"""

    assert start(body).communicate()[0] == "migrate | one\nmigrate | two\n"


def test_lines_that_are_kept_are_not_shown(start):
    body = r"""kept = []
    foreground.complete("demo", "-c", "print('a login')", kept=kept)
    sys.exit(kept != ["a login"])"""
    process = start(body)

    assert process.communicate()[0] == ""
    assert process.returncode == 0


def test_a_step_that_fails_shows_what_it_said_and_ends_with_a_line_that_names_it(start):
    body = """foreground.complete("demo", "-c", "print('why'); exit(3)", kept=[])"""
    process = start(body)

    assert process.communicate()[0] == "demo    | why\nrun: demo failed (exit status 3)\n"
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("ending", "how"),
    [("exit(5)", "exit status 5"), ("import os; os.kill(os.getpid(), 9)", "SIGKILL")],
)
def test_when_one_child_ends_the_rest_is_stopped_and_it_is_named(start, ending, how):
    process = start(f"""foreground.start("web", "-c", "import time; time.sleep(60)")
    foreground.start("beat", "-c", "{ending}")""")

    assert process.communicate()[0] == f"run: beat ended ({how}): the rest is stopped\n"
    assert process.returncode == 1


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_children_and_that_is_a_success(start, signum):
    process = start(TWO_SLEEPERS)
    children = both_up(process)
    process.send_signal(signum)

    assert process.wait(5) == 0
    assert len(children) == 2
    assert gone(children, 0)


def test_ctrl_c_in_a_terminal_stops_everything_and_that_is_a_success(start):
    master, terminal = pty.openpty()
    process = start(
        TWO_SLEEPERS,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=False,
        preexec_fn=lambda: os.login_tty(terminal),
    )
    os.close(terminal)
    said = b""
    while said.count(b"is up") < 2 and select.select([master], [], [], 20)[0]:
        said += os.read(master, 4096)
    children = children_of(process.pid)
    os.write(master, b"\x03")

    assert process.wait(5) == 0
    assert b"\x1b[36mweb     |\x1b[0m web is up" in said
    assert gone(children, 0)
    os.close(master)


def test_a_child_that_does_not_heed_is_killed_in_time(start):
    process = start(f'foreground.start("web", "-c", "{DEAF}")')
    assert process.stdout.readline() == "web     | up\n"
    process.terminate()

    assert process.wait(5) == 0
    assert process.stdout.read() == "run     | web did not stop in 2.5 s and is killed\n"


def test_what_a_killed_child_leaves_behind_is_ended_too(start):
    """As when the web server's main process is killed: its worker would hold on to the port."""
    process = start(f'foreground.start("web", "-c", "{WITH_GRANDCHILD}")')
    grandchild = int(process.stdout.readline().removeprefix("web     | "))
    (child,) = children_of(process.pid)
    os.kill(child, signal.SIGKILL)

    assert process.wait(10) == 1
    assert gone([grandchild], 0)


def test_children_end_when_this_process_is_killed(start):
    process = start(TWO_SLEEPERS)
    children = both_up(process)
    process.kill()

    assert gone(children, 5)


def test_everything_is_in_one_process_group(start):
    process = start(TWO_SLEEPERS)
    children = both_up(process)

    assert {os.getpgid(child) for child in children} == {os.getpgid(process.pid)}
