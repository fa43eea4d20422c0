"""`manage.py assess`: decisions on standard output, or faults on standard error and status 2."""

import io
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command

from eligibility.domain.contract import answers_mapping, decision_mapping
from eligibility.domain.rules import RuleSet
from tests.eligibility.domain.cases import decided, dose, exposed, kim, martin

MARTIN = answers_mapping(martin())
KIM = answers_mapping(kim())


def assess(*arguments: str) -> tuple[int, str, str]:
    """Run the command and return status, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("assess", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def written(path: Path, cases: object) -> str:
    """Write cases to a file and return its name."""
    file = path / "cases.json"
    file.write_text(cases if isinstance(cases, str) else json.dumps(cases))
    return str(file)


def test_an_object_gives_an_object(tmp_path: Path) -> None:
    status, out, err = assess(written(tmp_path, MARTIN))

    assert (status, err) == (0, "")
    assert json.loads(out) == decision_mapping(decided(martin()))


def test_a_list_gives_a_list_in_the_same_order(tmp_path: Path) -> None:
    status, out, _ = assess(written(tmp_path, [MARTIN, KIM]))

    assert status == 0
    assert json.loads(out) == [
        decision_mapping(decided(martin())),
        decision_mapping(decided(kim())),
    ]


@pytest.mark.parametrize("case_count", [0, 1])
def test_a_short_list_gives_a_list(tmp_path: Path, case_count: int) -> None:
    _, out, _ = assess(written(tmp_path, [MARTIN] * case_count))

    assert len(json.loads(out)) == case_count
    assert out.startswith("[")


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(json.dumps(KIM).encode()))
    monkeypatch.setattr(sys, "stdin", typed)

    status, out, _ = assess("-")

    assert status == 0
    assert json.loads(out)["outcome"] == "not_offered"


def test_the_rule_set_can_be_named(tmp_path: Path) -> None:
    status, out, _ = assess("--rule-set", "fhi-2023-05-23", written(tmp_path, MARTIN))

    assert status == 0
    assert json.loads(out)["guideline"] == "fhi-2023-05-23"


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2024, 6, 1, 21, 59, tzinfo=UTC), "2024-06-01"),
        (datetime(2024, 6, 1, 22, 0, tzinfo=UTC), "2024-06-02"),
        (datetime(2024, 12, 31, 23, 0, tzinfo=UTC), "2025-01-01"),
    ],
)
def test_without_a_day_it_is_assessed_today_in_oslo(
    tmp_path: Path, now: datetime, today: str
) -> None:
    case = {key: value for key, value in MARTIN.items() if key != "assessed_on"}

    with time_machine.travel(now, tick=False):
        _, out, _ = assess(written(tmp_path, case))

    assert json.loads(out)["course"]["earliest_on"] == today


FAULTS: list[tuple[str, object, list[str]]] = [
    ("not JSON", "{", ["input: not JSON"]),
    ("a number", 3, ["input: neither an object nor a list of objects"]),
    ("no birth", {}, ["case 0: date_of_birth: missing"]),
    ("not an object", [KIM, 3], ["case 1: not an object"]),
    (
        "several cases and fields",
        [KIM, {**KIM, "pregnant": 1, "gender": "x"}, {**KIM, "previous_doses": [{}]}],
        [
            "case 1: gender: unknown value",
            "case 1: pregnant: wrong type",
            "case 2: previous_doses[0].given_on: missing",
            "case 2: previous_doses[0].indication: missing",
            "case 2: previous_doses[0].abroad: missing",
            "case 2: previous_doses[0].documented: missing",
        ],
    ),
    (
        "dates",
        {"date_of_birth": "2023-02-29", "assessed_on": "1899-01-01"},
        ["case 0: date_of_birth: not a possible date (YYYY-MM-DD)"],
    ),
    ("a key with a line break", {**KIM, "a\nb": 1}, ["case 0: a\\nb: unknown key"]),
]


@pytest.mark.parametrize(("what", "cases", "lines"), FAULTS)
def test_faults_are_named_one_a_line_and_nothing_is_decided(
    tmp_path: Path, what: str, cases: object, lines: list[str]
) -> None:
    status, out, err = assess(written(tmp_path, cases))

    assert status == 2
    assert out == ""
    assert err.splitlines() == lines


def test_a_missing_file_is_one_line_and_status_2(tmp_path: Path) -> None:
    status, out, err = assess(str(tmp_path / "none.json"))

    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "none.json" in err


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as a medical officer does: no settings, no database, nothing in the environment."""
    return subprocess.run(
        [sys.executable, "manage.py", "assess", *arguments],
        cwd=settings.BASE_DIR,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_database_is_needed(tmp_path: Path) -> None:
    done = run(written(tmp_path, [MARTIN]))

    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)[0]["outcome"] == "eligible"


def test_an_unknown_rule_set_is_refused_with_status_2(tmp_path: Path) -> None:
    done = run("--rule-set", "fhi-1999", written(tmp_path, [MARTIN]))

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "the code has no rule set 'fhi-1999'; it has fhi-2023-05-23\n"


def test_the_newest_rule_set_in_the_code_decides_unless_another_is_named(
    tmp_path: Path, invented: RuleSet
) -> None:
    file = written(tmp_path, MARTIN)

    newest, named = assess(file)[1], assess("--rule-set", "fhi-2023-05-23", file)[1]

    assert json.loads(newest)["guideline"] == invented.name
    assert json.loads(named)["guideline"] == "fhi-2023-05-23"


def test_ten_thousand_cases_take_less_than_three_seconds(tmp_path: Path) -> None:
    case: dict[str, Any] = answers_mapping(
        martin(exposure=exposed(), previous_doses=(dose(),), pregnant=True)
    )
    file = written(tmp_path, [case] * 10_000)

    # Seconds of the processor: other tests run beside this one.
    began = time.process_time()
    status, out, _ = assess(file)
    spent = time.process_time() - began

    assert status == 0
    assert len(json.loads(out)) == 10_000
    assert spent < 3
