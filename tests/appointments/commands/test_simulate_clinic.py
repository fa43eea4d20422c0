"""`manage.py simulate_clinic`: the table, the data, the picture, and what it refuses."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

QUICK = ("--days=3", "--demand=8", "--seeds=2")


def simulate(*arguments: str) -> str:
    """Run the command and return what it prints."""
    out = io.StringIO()
    call_command("simulate_clinic", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def data(*arguments: str) -> Any:
    return json.loads(simulate(*QUICK, *arguments, "--json"))


def test_it_prints_a_line_for_each_policy():
    lines = simulate(*QUICK).splitlines()
    assert lines[0] == "8 a day, vial lives 2 h, no-show 10%, 3 days, seeds 0 to 1"
    assert lines[1].split()[:2] == ["policy", "vials/dose"]
    names = [line.split()[0] for line in lines[2:]]
    assert names == ["any-slot", "fill-first", "fill-first+repair", "full"]


def test_only_the_policies_asked_for_are_run():
    found = data("--policy=full", "--policy=any-slot")
    assert [row["policy"] for row in found["scenarios"][0]["policies"]] == ["any-slot", "full"]


def test_the_data_hold_scenario_seeds_shares_and_counts():
    found = data("--seed=5", "--no-show=0.3", "--stations=2", "--window-hours=1.5", "--lead=4")
    assert found["seeds"] == [5, 6]
    assert found["scenarios"][0]["scenario"] == {
        "window_hours": 1.5,
        "demand": 8,
        "no_show": 0.3,
        "stations": 2,
        "days": 3,
        "lead": 4,
    }
    row = found["scenarios"][0]["policies"][0]
    assert 0 < row["waste"] < 1
    assert row["counts"]["vials"] <= row["counts"]["obtainable"]


def test_the_same_seeds_print_the_same():
    assert simulate(*QUICK) == simulate(*QUICK)
    assert simulate(*QUICK) != simulate(*QUICK, "--seed=3")


def test_the_public_scenarios_are_those_of_the_bars(monkeypatch: pytest.MonkeyPatch):
    lines = simulate("--public", "--seeds=1", "--policy=any-slot").splitlines()
    assert sum(line.startswith("any-slot") for line in lines) == 5


def test_nobody_asking_gives_dashes():
    line = simulate("--demand=0", "--seeds=1", "--policy=full").splitlines()[-1]
    assert line.split() == ["full", *"-------", "0", "0", "0"]


def test_it_draws_a_picture_that_stands_alone(tmp_path: Path):
    file = tmp_path / "waste.svg"
    simulate(*QUICK, f"--plot={file}")
    root = ElementTree.parse(file).getroot()
    assert root.tag.endswith("svg")
    words = " ".join(root.itertext())
    assert "Vaccine thrown away" in words
    assert "Any free time (ordinary booking)" in words
    assert not [node for node in root.iter() if str(node.tag).endswith("script")]


def test_the_same_numbers_give_the_same_picture(tmp_path: Path):
    for name in ("one.svg", "two.svg"):
        simulate(*QUICK, f"--plot={tmp_path / name}")
    assert (tmp_path / "one.svg").read_text() == (tmp_path / "two.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-show=0.9"], "--no-show must be from 0 to 0.8, not 0.9"),
        (["--window-hours=9"], "--window-hours must be from 0.0167 to 8, not 9"),
        (["--window-hours=0"], "--window-hours must be"),
        (["--demand=-1"], "--demand must be from 0 to 1000, not -1"),
        (["--demand=nan"], "--demand must be"),
        (["--stations=0"], "--stations must be from 1 to 50, not 0"),
        (["--days=0"], "--days must be from 1 to 366, not 0"),
        (["--lead=0"], "--lead must be"),
        (["--seeds=0"], "--seeds must be from 1 to 1000, not 0"),
        (["--seeds=1001"], "--seeds must be"),
        (["--public", "--demand=8"], "leave out --demand"),
        (["--plot=waste.png"], "waste.png should end in .svg"),
        (["--plot=/nowhere/waste.svg"], "there is no folder /nowhere"),
        (["--demand=many"], "argument --demand"),
        (["--policy=magic"], "argument --policy"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_the_name_of_its_option(
    arguments: list[str], words: str
):
    with pytest.raises(CommandError) as refusal:
        simulate(*arguments)
    assert words in str(refusal.value)


def test_it_runs_where_there_is_no_server():
    command = [sys.executable, "manage.py", "simulate_clinic", "--days=1", "--seeds=1"]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env={}, capture_output=True, text=True, check=True
    )
    assert "full" in run.stdout
    assert run.stderr == ""
