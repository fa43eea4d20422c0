"""Every rule of the guideline has an example here."""

import re
from pathlib import Path

import pytest

IDS = [f"R{number}" for number in range(1, 51) if number != 5]  # the table has no R5
# A13, a person to talk to after every refusal, is for the pages to keep.
READINGS = [f"A{number}" for number in range(1, 13)]
TEXT = "\n".join(
    path.read_text() for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)
)


@pytest.mark.parametrize("rule_id", [*IDS, *READINGS, "COMPLETE"])
def test_the_rule_has_an_example(rule_id: str) -> None:
    as_text = rf'"{rule_id}"'
    as_name = rf"def test_(\w+_)?{rule_id.lower()}_"

    assert re.search(f"{as_text}|{as_name}", TEXT)
