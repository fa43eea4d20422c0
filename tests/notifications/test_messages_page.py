"""docs/messages.md says of every kind what the registry says."""

import re
from pathlib import Path

from django.conf import settings

from notifications.services.registry import kinds

PAGE = Path(settings.BASE_DIR) / "docs" / "messages.md"
CODE = re.compile(r"`(\w+)`")


def rows() -> dict[str, list[str]]:
    """The table's cells by kind: cause, due, not sent when, hours, can be stopped."""
    found = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            kind = cells[0].strip("`")
            assert kind not in found, f"{kind} stands there twice"
            assert len(cells) == 6, line
            found[kind] = cells[1:]
    return found


def test_every_kind_has_a_row_and_every_row_is_a_kind():
    assert set(rows()) == {kind.code for kind in kinds()}


def test_hours_and_stops_are_those_of_the_registry():
    page = rows()
    for kind in kinds():
        hours, stop = page[kind.code][3:]
        waits = f"{kind.timing}, or at once" if kind.cannot_wait else str(kind.timing)
        assert (kind.code, hours) == (kind.code, waits)
        assert (kind.code, stop.startswith("yes")) == (kind.code, kind.stoppable)


def test_the_reasons_are_those_that_the_kinds_give():
    page = rows()
    for kind in kinds():
        named = set(CODE.findall(page[kind.code][2]))
        assert named, kind.code
        assert named <= set(kind.reasons), kind.code
    told = {(reason, str(words)) for kind in kinds() for reason, words in kind.reasons.items()}
    in_words = {
        (reason, str(kind.reasons[reason]))
        for kind in kinds()
        for reason in CODE.findall(page[kind.code][2])
    }
    assert in_words == told, "a reason that no kind gives, or that the page leaves out"
