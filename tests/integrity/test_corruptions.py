"""Each invariant, broken by hand as the tables' owner, is found broken; nothing else is said."""

import pytest

from mpoxclinic.invariants import INVARIANTS, find_faults
from patients.models import Patient
from tests.integrity import (
    corrupt_activations,
    corrupt_appointments,
    corrupt_cases,
    corrupt_closing,
    corrupt_database,
    corrupt_displaced,
    corrupt_identity,
    corrupt_interests,
    corrupt_merges,
    corrupt_next_due,
    corrupt_people,
    corrupt_reactions,
    corrupt_repairs,
    corrupt_rule_sets,
    corrupt_stock,
    corrupt_stops,
    corrupt_texts,
    corrupt_vaccinations,
    corrupt_waiting,
)
from tests.integrity.corrupting import CORRUPTIONS, Corruption, take_away
from tests.integrity.world import NOW, World
from tests.invariants import assert_integrity

BY_CODE = {invariant.code: invariant for invariant in INVARIANTS}
assert all(
    (
        corrupt_activations,
        corrupt_appointments,
        corrupt_cases,
        corrupt_closing,
        corrupt_database,
        corrupt_displaced,
        corrupt_identity,
        corrupt_merges,
        corrupt_interests,
        corrupt_next_due,
        corrupt_people,
        corrupt_reactions,
        corrupt_repairs,
        corrupt_rule_sets,
        corrupt_stock,
        corrupt_texts,
        corrupt_stops,
        corrupt_vaccinations,
        corrupt_waiting,
    )
)


def personal_data() -> set[str]:
    return {
        str(value)
        for patient in Patient.objects.all()
        for value in (
            patient.given_name,
            patient.family_name,
            patient.birth_date,
            patient.phone,
            patient.email,
            patient.id_number,
            patient.phone_hash,
        )
        if value
    }


def test_a_sound_world_breaks_nothing(world: World) -> None:
    assert_integrity(now=NOW)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda one: f"{one.code}-{one.name}")
def test_what_is_broken_by_hand_is_found(world: World, corruption: Corruption) -> None:
    private = personal_data()
    take_away(corruption.past)
    expected = corruption.spoil(world)
    ids = {expected} if isinstance(expected, str) else set(expected)
    faults = [fault for _, fault in find_faults([BY_CODE[corruption.code]], now=NOW)]
    assert {row_id for fault in faults for row_id in fault.ids} == ids
    said = " ".join(fault.what for fault in faults)
    assert said
    assert not any(secret in said for secret in private)


def test_every_invariant_is_broken_by_some_corruption() -> None:
    assert {corruption.code for corruption in CORRUPTIONS} == set(BY_CODE)
