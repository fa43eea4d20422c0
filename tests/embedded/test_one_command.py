"""A command gets its servers, and the launcher passes on how it ended."""

import subprocess
import sys
from pathlib import Path

import pytest

SPEAK_TO_VALKEY = """
import os, socket
path = os.environ["REDIS_URL"].removeprefix("unix://").partition("?")[0]
with socket.socket(socket.AF_UNIX) as s:
    s.connect(path)
    s.sendall(b"CONFIG GET save\\r\\nCONFIG GET appendonly\\r\\nCONFIG GET port\\r\\n")
    while (answer := locals().get("answer", b"") + s.recv(4096)).count(b"*2") < 3: pass
print(answer.decode().split())
"""


def test_a_command_finds_a_database_as_the_application_s_role(checkout):
    assert checkout.query("select current_user, current_database()") == "mpox_app|mpox"


def test_a_command_finds_the_owner_who_may_make_databases_and_the_application_who_may_not(checkout):
    rights = (
        "select current_user, rolname, rolcreatedb, rolsuper, pg_get_userbyid(datdba) "
        "from pg_roles, pg_database where rolname like 'mpox%' and datname = 'mpox' order by 2"
    )
    assert checkout.query(rights, role="DATABASE_OWNER_URL").splitlines() == [
        "mpox_owner|mpox_app|f|f|mpox_owner",
        "mpox_owner|mpox_owner|t|f|mpox_owner",
    ]


def test_a_command_finds_a_valkey_that_keeps_nothing_and_has_no_port(checkout):
    run = checkout.run(checkout.python, "-c", SPEAK_TO_VALKEY)
    answer = run.stdout
    assert run.returncode == 0, run.stderr
    assert "'save', '$0'" in answer
    assert "'appendonly', '$2', 'no'" in answer
    assert "'port', '$1', '0'" in answer


def test_norwegian_letters_have_upper_case_in_the_database(plain_checkout):
    assert plain_checkout.query("select upper('blåbærsyltetøy')") == "BLÅBÆRSYLTETØY"


def test_the_database_listens_on_no_network_and_its_socket_is_private(checkout):
    run = checkout.run(
        "sh",
        "-c",
        '"$PSQL" "$DATABASE_URL" -AXtqc "show listen_addresses"; stat -c "%a %U" var/sockets',
    )
    user = "nobody" if checkout.person == "root" else checkout.path.owner()
    assert run.stdout.splitlines() == ["", f"700 {user}"]


def test_a_second_start_keeps_the_data_of_the_first(checkout):
    checkout.query("create table kept as select 42 as answer", role="DATABASE_OWNER_URL")

    assert checkout.query("table kept; drop table kept", role="DATABASE_OWNER_URL") == "42"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["true"], 0),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 128 + 9),
        (["sh", "-c", "kill -15 $$"], 128 + 15),
        (["no-such-command"], 127),
        (["/etc/passwd"], 126),
    ],
    ids=["success", "its own status", "killed", "terminated", "not found", "not a program"],
)
def test_the_command_s_exit_status_is_passed_on(plain_checkout, command, status):
    assert plain_checkout.run(*command).returncode == status


def test_the_first_start_makes_the_data_and_leaves_nothing_else(fresh_checkout, person):
    checkout = fresh_checkout(person)
    assert checkout.run("true").returncode == 0

    assert checkout.processes() == []
    assert sorted(path.name for path in checkout.var.iterdir()) == [
        "embedded.lock",
        "postgres",
        "postgres.log",
        "valkey.log",
    ]


def test_addresses_that_were_set_before_do_not_count(plain_checkout):
    answer = plain_checkout.query("select current_user", DATABASE_URL="postgresql://elsewhere/x")

    assert answer == "mpox_app"


def test_the_log_holds_nothing_of_a_statement_that_failed(plain_checkout):
    failing = "select 'Kari Nordmann'::int"
    run = plain_checkout.run("sh", "-c", f'"$PSQL" "$DATABASE_URL" -c "{failing}"')

    log = (plain_checkout.var / "postgres.log").read_text()
    assert "Kari Nordmann" in run.stderr
    assert "ready to accept connections" in log
    assert "Kari" not in log


def test_the_launcher_needs_no_django():
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys, mpoxclinic.embedded.postgres, mpoxclinic.embedded.valkey; "
        "print([name for name in sys.modules if name.startswith(('django', 'celery'))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
