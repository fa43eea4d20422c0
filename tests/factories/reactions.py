from datetime import datetime
from typing import Any

from audit.domain import Actor
from vaccinations.domain.reactions import Kind, Outcome, Seriousness
from vaccinations.models import Dose, Reaction
from vaccinations.services.reactions import Told, record_reaction


def make_told(onset_at: datetime, **changed: Any) -> Told:
    """Return what is told of a lasting local reaction."""
    told: dict[str, Any] = {
        "kind": Kind.LOCAL,
        "onset_has_time": True,
        "description": "Rødt og hovent",
        "treatment": "",
        "seriousness": frozenset({Seriousness.NOT_SERIOUS}),
        "outcome": Outcome.RECOVERED,
    }
    return Told(onset_at=onset_at, **told | changed)


def make_reaction(dose: Dose, *, by: Actor, now: datetime, **changed: Any) -> Reaction:
    """Write down a reaction that began when the dose was given."""
    return record_reaction(
        dose_id=dose.pk, told=make_told(dose.given_at, **changed), by=by, now=now
    )
