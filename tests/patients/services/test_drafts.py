from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.services import drafts

ANSWERS = {"hiv": "yes", "partners": 3, "øæå": ["a", None]}


def test_a_draft_is_read_back_by_the_browser_that_wrote_it(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    assert drafts.load(key, "answers") == ANSWERS


def test_another_browser_reads_nothing(valkey: Any) -> None:
    drafts.save(drafts.new_key(), "answers", ANSWERS)
    assert drafts.load(drafts.new_key(), "answers") == {}


def test_the_server_alone_can_neither_read_a_draft_nor_tell_whose_it_is(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    everything = [(name, valkey.dump(name)) for name in valkey.scan_iter()]
    for plain in [key, "hiv", "partners", "øæå"]:
        assert plain.encode() not in repr(everything).encode()
        assert all(plain.encode() not in name + value for name, value in everything)


@pytest.mark.parametrize("to_name", ["answers", "booking"])
def test_a_draft_moved_to_another_browser_or_name_does_not_open(valkey: Any, to_name: str) -> None:
    key = drafts.new_key()
    other = key if to_name == "booking" else drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    valkey.rename(drafts._address(key, "answers"), drafts._address(other, to_name))
    with pytest.raises(InvalidToken):
        drafts.load(other, to_name)


def test_a_draft_is_forgotten_after_half_an_hour(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    (address,) = [name for name in valkey.scan_iter() if name.endswith(b":answers")]
    assert 1790 <= valkey.ttl(address) <= 1800
    valkey.pexpire(address, 1)
    while valkey.exists(address):
        pass
    assert drafts.load(key, "answers") == {}


def test_a_draft_may_be_kept_for_another_while(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS, seconds=60)
    (address,) = [name for name in valkey.scan_iter() if name.endswith(b":answers")]
    assert 50 < valkey.ttl(address) <= 60


def test_a_saved_draft_replaces_the_one_before(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    drafts.save(key, "answers", {"only": "this"})
    assert drafts.load(key, "answers") == {"only": "this"}


def test_one_draft_is_forgotten_without_the_others(valkey: Any) -> None:
    key = drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    drafts.save(key, "booking", {"slot": 1})
    drafts.forget(key, "answers")
    assert drafts.load(key, "answers") == {}
    assert drafts.load(key, "booking") == {"slot": 1}


def test_a_browser_that_forgets_leaves_nothing_behind(valkey: Any) -> None:
    key, other = drafts.new_key(), drafts.new_key()
    drafts.save(key, "answers", ANSWERS)
    drafts.save(key, "booking", {"slot": 1})
    drafts.save(other, "answers", {"mine": True})
    drafts.forget(key)
    assert drafts.load(other, "answers") == {"mine": True}
    drafts.forget(other)
    assert list(valkey.scan_iter()) == []


def test_forgetting_nothing_is_fine(valkey: Any) -> None:
    drafts.forget(drafts.new_key())
    drafts.forget(drafts.new_key(), "answers")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
)
def test_whatever_text_is_typed_comes_back(valkey: Any, data: dict[str, str]) -> None:
    key = drafts.new_key()
    drafts.save(key, "details", data)
    assert drafts.load(key, "details") == data
