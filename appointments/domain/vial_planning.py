"""Vial planning: which people share a vial, what to offer, whom to ask, when to open.

One opened vial serves 3 to 5 people and lives for a short window after the first puncture. We
first offer times that share a vial already planned; the afternoon before, we ask a few people
to shift so that fewer vials are planned for one or two; on the day we open a vial when someone
is there, wait a little if that fills it better, and call standby people only when a dose is
almost certainly left over.

Pure functions of whole minutes from opening: no clock, no randomness, nothing stored.
"""

from appointments.domain.vial_batches import (
    ImpossibleVialError,
    Plan,
    TimesNotInOrderError,
    UnknownIndexError,
    min_vials,
    plan_batches,
)
from appointments.domain.vial_last import invite_for_last_vial, spare_dose_at_closing
from appointments.domain.vial_moves import propose_moves, propose_places
from appointments.domain.vial_offers import deltas, expected_joiners, shortlist
from appointments.domain.vial_opening import TooFewYieldsError, hindsight_vials, hold_minutes
from appointments.domain.vial_policy import ImpossiblePolicyError, VialPolicy
from appointments.domain.vial_standby import (
    ImpossibleCountError,
    cutoff_invites,
    invite_now,
    spare_dose_probability,
    window_clusters,
)

__all__ = [
    "ImpossibleCountError",
    "ImpossiblePolicyError",
    "ImpossibleVialError",
    "Plan",
    "TimesNotInOrderError",
    "TooFewYieldsError",
    "UnknownIndexError",
    "VialPolicy",
    "cutoff_invites",
    "deltas",
    "expected_joiners",
    "hindsight_vials",
    "hold_minutes",
    "invite_for_last_vial",
    "invite_now",
    "min_vials",
    "plan_batches",
    "propose_moves",
    "propose_places",
    "shortlist",
    "spare_dose_at_closing",
    "spare_dose_probability",
    "window_clusters",
]
