"""Every invariant holds: what races and journeys ask at their end."""

from datetime import datetime

from django.utils import timezone

from mpoxclinic.invariants import INVARIANTS, find_faults


def assert_integrity(*, now: datetime | None = None) -> None:
    """Fail with the rows at fault unless every invariant holds.

    ``now`` is the moment in the test's world, on which the sweeps are judged; the clock's unless
    told.
    """
    faults = [
        f"{invariant.code} {fault.table} {','.join(fault.ids)}: {fault.what}"
        for invariant, fault in find_faults(INVARIANTS, now=now or timezone.now())
    ]
    assert not faults, "\n".join(faults)


def broken_invariants(*, now: datetime) -> set[str]:
    """Return the codes of the invariants that do not hold: for controls, where a race is lost."""
    return {invariant.code for invariant, _fault in find_faults(INVARIANTS, now=now)}
