"""The demo's access log is whole, however often the demo is loaded."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from audit.models import AuditEntry
from audit.services.sealing import seal_entries
from audit.services.verification import verify
from mpoxclinic.demo import loading
from tests.demo.conftest import Load
from tests.demo.moments import MOMENTS

NOW = MOMENTS["a regular evening"]
A_MINUTE = timedelta(minutes=1)


def faults(at: datetime) -> set[str]:
    found = verify(now=at, head=None, progress=lambda items, *_what: items)
    return {str(one.wrong) for one in found}


def test_loaded_again_on_a_later_day_it_breaks_no_seal(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(NOW)
    first = AuditEntry.objects.order_by("at").first()
    assert first
    assert first.at < NOW - timedelta(days=5), "the first time it has a past"
    for later in (timedelta(0), timedelta(hours=9), timedelta(days=9)):
        load(NOW + later)
        assert seal_entries(now=NOW + later + A_MINUTE)
        assert faults(NOW + later + A_MINUTE) == set()

    monkeypatch.setattr(loading, "after_the_seals", nullcontext)
    much_later = NOW + timedelta(days=30)
    load(much_later)
    assert seal_entries(now=much_later + A_MINUTE)
    assert faults(much_later + A_MINUTE) == {"row_backdated"}, "control"
