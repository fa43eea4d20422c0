"""`manage.py compare_rule_sets`: the cases that another rule set decides otherwise."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from eligibility.domain.contract import answers_mapping
from eligibility.domain.rules import RuleSet
from tests.eligibility.domain.cases import exposed, kim, martin
from tests.eligibility.invented import FIRST, INVENTED

MARTIN = answers_mapping(martin())
KIM = answers_mapping(kim())


def compare(*arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the command and return status and lines of output and errors."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("compare_rule_sets", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        status = int(left.code or 0)
    return status, out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.fixture
def cases(tmp_path: Path) -> str:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([KIM, MARTIN, answers_mapping(martin(exposure=exposed()))]))
    return str(file)


def test_the_cases_that_change_are_printed_with_what_changes(cases: str, invented: RuleSet) -> None:
    status, out, err = compare(FIRST.name, INVENTED.name, cases)

    assert (status, err) == (0, [])
    assert out == [
        'case 1: outcome: "eligible" -> "clinician_review"',
        'case 1: reasons: ["R16", "R4"] -> ["R16", "R4", "R51"]',
        "1 of 3 cases change",
    ]


def test_it_can_be_asked_the_other_way_round(cases: str, invented: RuleSet) -> None:
    _, out, _ = compare(INVENTED.name, FIRST.name, cases)

    assert out[0] == 'case 1: outcome: "clinician_review" -> "eligible"'


def test_a_rule_set_does_not_differ_from_itself(cases: str) -> None:
    assert compare(FIRST.name, FIRST.name, cases) == (0, ["0 of 3 cases change"], [])


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch, invented: RuleSet) -> None:
    typed = io.TextIOWrapper(io.BytesIO(json.dumps(MARTIN).encode()))
    monkeypatch.setattr(sys, "stdin", typed)

    _, out, _ = compare(FIRST.name, INVENTED.name, "-")

    assert out[-1] == "1 of 1 cases change"


@pytest.mark.parametrize("names", [("fhi-1999", FIRST.name), (FIRST.name, "fhi-1999")])
def test_an_unknown_rule_set_is_one_line_and_status_2(names: tuple[str, str], cases: str) -> None:
    status, out, err = compare(*names, cases)

    assert (status, out) == (2, [])
    assert err == ["the code has no rule set 'fhi-1999'; it has fhi-2023-05-23"]


def test_faults_are_those_of_assess(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([KIM, {**KIM, "pregnant": 0, "height": 3}]))

    status, out, err = compare(FIRST.name, FIRST.name, str(file))

    assert (status, out) == (2, [])
    assert err == ["case 1: pregnant: wrong type", "case 1: height: unknown key"]


def test_no_database_is_needed(cases: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "compare_rule_sets", FIRST.name, FIRST.name, cases],
        cwd=settings.BASE_DIR,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0 of 3 cases change\n"
