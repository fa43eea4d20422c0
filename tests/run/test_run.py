"""The demo as ``make run`` starts it: all parts, real, on servers of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

CHECKOUT = Path(__file__).resolve().parents[2]
MEMORY_LIMIT = 700 * 1024 * 1024
STOP_LIMIT = 5.0
SET_BY_THE_LAUNCHER = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MPOX_DEMO"}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(port) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(dir="/tmp") as var:
        Path(var).chmod(0o755)  # the servers may run as another user
        yield {k: v for k, v in os.environ.items() if k not in SET_BY_THE_LAUNCHER} | {
            "MPOX_VAR": var,
            "MPOX_PORT": str(port),
            "MPOX_EMBEDDED_FSYNC": "off",
        }


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start the demo below its servers."""
    python = sys.executable
    return subprocess.Popen(
        [python, "-m", "mpoxclinic.embedded", python, "-m", "mpoxclinic.run"],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def lines_until_open(process: subprocess.Popen[str]) -> list[str]:
    """Read what the demo prints until it says where it is open."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "| Open http" in line:
            return lines
    return pytest.fail("\n".join(lines))


def test_the_demo_serves_within_its_memory_names_a_part_that_died_and_starts_again(
    environment, port
):
    first = start(environment)
    try:
        lines = lines_until_open(first)
        assert lines[-1] == f"run     | Open http://127.0.0.1:{port}/  (Ctrl-C stops everything)"
        assert any(line.startswith("run     |") and "@" in line for line in lines)  # a login
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert page.status == 200
            assert page.headers["Server"] == "web"  # not which, or of what version
        wait_for(lambda: worker_listens(environment) and beat_ticks(environment))
        parts = psutil.Process(first.pid).children(recursive=True)
        assert sum(part.memory_info().rss for part in parts) < MEMORY_LIMIT
        web_server(parts).kill()
        said = first.communicate(timeout=20)[0]
    finally:
        end(first)

    assert first.returncode == 1
    assert "run: web ended (SIGKILL): the rest is stopped" in said
    assert not [part for part in parts if part.is_running()]

    second = start(environment)
    try:
        lines = lines_until_open(second)
        assert "migrate |   No migrations to apply." in lines
        begin = time.monotonic()
        os.killpg(second.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        second.communicate(timeout=20)
        assert time.monotonic() - begin < STOP_LIMIT
    finally:
        end(second)
    assert second.returncode == 0


def web_server(parts: list[psutil.Process]) -> psutil.Process:
    """Return the web server itself, which its worker is a child of; its title may be its own."""
    found = {part.pid: part for part in parts if "granian" in " ".join(part.cmdline())}
    return next(part for part in found.values() if part.ppid() not in found)


def wait_for(what: Callable[[], object]) -> None:
    """Wait until something is true; fail when it does not become so."""
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def worker_listens(environment: dict[str, str]) -> bool:
    """Tell whether the Celery worker waits at the broker for tasks."""
    with redis.Redis(unix_socket_path=f"{environment['MPOX_VAR']}/sockets/valkey.sock") as broker:
        return any(client["cmd"] == "brpop" for client in broker.client_list())


def beat_ticks(environment: dict[str, str]) -> bool:
    """Tell whether beat has begun to keep its schedule."""
    return any(Path(environment["MPOX_VAR"]).glob("beat-schedule*"))


def end(process: subprocess.Popen[str]) -> None:
    """End a demo that a failed test has left."""
    if process.poll() is None:
        process.terminate()
        process.communicate(timeout=20)


def run_alone(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the demo without servers: what is wrong with the port is seen before they are needed."""
    return subprocess.run(
        [sys.executable, "-m", "mpoxclinic.run"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_one_line_that_names_it_and_says_how_to_choose_another(
    environment, port, address
):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server does
        taken.bind((address, port))
        taken.listen()
        refused = run_alone(environment)

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        f"run: port {port} is taken: stop what listens there, or choose another with MPOX_PORT, "
        f"for example: make run MPOX_PORT={port + 1}\n"
    )


@pytest.mark.parametrize("given", ["http", "0", "65536", "-1"])
def test_what_is_not_a_port_is_one_line_that_says_so(environment, given):
    refused = run_alone(environment | {"MPOX_PORT": given})

    assert refused.returncode == 1
    assert refused.stderr == f"run: MPOX_PORT={given} is not a port: choose one from 1 to 65535\n"
