"""What is installed is exactly what was looked at: each package by version and by hash."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
SETS = ["requirements", "requirements-dev", "requirements-production"]
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>[a-z0-9.]+)"
    r"(?: ; [^\\#]+?)?(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)
DIRECT = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?$", re.MULTILINE)


def requirements(pins: str) -> list[str]:
    """Return what pip reads of a file: lines joined, comments left out."""
    whole = re.sub(r"^ *#.*$", "", pins.replace("\\\n", " "), flags=re.MULTILINE)
    return [" ".join(line.split()) for line in whole.splitlines() if line.strip()]


def pinned(name: str) -> dict[str, tuple[str, str]]:
    """Return version and hashes of each package of a file."""
    found = [PIN.fullmatch(line) for line in requirements((ROOT / f"{name}.txt").read_text())]
    return {pin["name"]: (pin["version"], pin["hashes"]) for pin in found if pin}


@pytest.mark.parametrize("name", SETS)
def test_every_line_is_a_package_with_its_version_and_hashes_and_nothing_else(name: str) -> None:
    """No package without a hash, and no option, address or path that says where to take it from."""
    lines = requirements((ROOT / f"{name}.txt").read_text())

    assert [line for line in lines if not PIN.fullmatch(line)] == []
    assert len(lines) > 20


@pytest.mark.parametrize("name", SETS)
def test_what_is_asked_for_is_pinned(name: str) -> None:
    """Else ``make pins`` was forgotten."""
    asked = set(DIRECT.findall((ROOT / f"{name}.in").read_text()))

    assert asked - set(pinned(name)) == set()
    assert len(asked) > 10


@pytest.mark.parametrize("name", ["requirements-dev", "requirements-production"])
def test_what_is_tested_is_what_a_server_runs(name: str) -> None:
    tested = pinned("requirements")
    others = pinned(name)
    shared = tested.keys() & others.keys()

    assert {one: others[one] for one in shared} == {one: tested[one] for one in shared}
    assert shared
    if name == "requirements-production":
        assert shared == others.keys()


@pytest.mark.parametrize(
    "line",
    [
        "django==5.2.19",
        f"django>=5 --hash=sha256:{'0' * 64}",
        f"django==5.2.19 --hash=sha256:{'0' * 63}",
        f"django==5.2.19 --hash=md5:{'0' * 32}",
        f"django @ file:///home/me/django.whl --hash=sha256:{'0' * 64}",
        "--extra-index-url https://packages.example",
        "-r more.txt",
    ],
)
def test_a_line_that_pins_nothing_is_noticed(line: str) -> None:
    assert not PIN.fullmatch(line)
