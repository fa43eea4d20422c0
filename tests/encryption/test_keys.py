from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from encryption.keys import fernet_from, keyed_hash

TEXT = st.text(st.characters(codec="utf-8"))


def test_equal_purpose_and_value_have_equal_hashes_of_64_hex_digits() -> None:
    assert keyed_hash("phone", "+4741234567") == keyed_hash("phone", "+4741234567")
    assert len(bytes.fromhex(keyed_hash("phone", "+4741234567"))) == 32


@given(TEXT.filter(bool))
def test_another_purpose_gives_another_hash(value: str) -> None:
    assert keyed_hash("phone", value) != keyed_hash("email", value)


def test_nothing_hashes_to_nothing_which_matches_nobody() -> None:
    assert keyed_hash("phone", "") == ""


def test_another_key_gives_another_hash(settings: Any) -> None:
    before = keyed_hash("phone", "+4741234567")
    settings.LOOKUP_HASH_KEYS = ["another key of thirty-two bytes or more"]
    assert keyed_hash("phone", "+4741234567") != before


@given(TEXT, TEXT)
def test_only_the_secret_that_sealed_opens(secret: str, other: str) -> None:
    sealed = fernet_from(secret).encrypt(b"content")
    assert fernet_from(secret).decrypt(sealed) == b"content"
    if other != secret:
        with pytest.raises(InvalidToken):
            fernet_from(other).decrypt(sealed)
