"""How invariants are collected, and what those who add to the product must say."""

import pytest

from appointments.reminders import register_kinds
from integrity.invariants import CodeTakenError, Invariants
from mpoxclinic.invariants import INVARIANTS
from notifications.services.registry import KindTakenError, kinds


def test_a_code_is_used_once():
    invariants = Invariants()
    invariants.add("sky.blue", "The sky is blue")(lambda now: [])
    with pytest.raises(CodeTakenError, match=r"sky\.blue"):
        invariants.add("sky.blue", "It is, is it not")(lambda now: [])
    with pytest.raises(CodeTakenError):
        Invariants(invariants, invariants)


def test_each_is_a_sentence_under_a_dotted_code():
    for invariant in INVARIANTS:
        subject, _dot, rule = invariant.code.partition(".")
        assert subject.islower(), invariant.code
        assert rule.islower(), invariant.code
        assert invariant.says[0].isupper(), invariant.code
        assert not invariant.says.endswith("."), invariant.code


def test_every_kind_of_message_of_the_product_names_what_it_is_about():
    with pytest.raises(KindTakenError):
        register_kinds()  # they are there
    ours = [kind for kind in kinds() if not kind.still_due.__module__.startswith("tests")]
    assert ours
    assert [kind.code for kind in ours if kind.subject is None] == []
