from datetime import timedelta
from uuid import uuid4

import pytest

from patients.models import LinkToken
from patients.services.links import (
    LinkExpiredError,
    LinkUnknownError,
    forget_expired,
    mint,
    resolve,
)
from tests.patients.people import NOW

pytestmark = pytest.mark.django_db

SUBJECT = uuid4()
END = NOW + timedelta(days=1)


def link(**changes: object) -> str:
    details = {"purpose": "appointment", "subject_id": SUBJECT, "expires_at": END, "now": NOW}
    return mint(**(details | changes))


def test_a_link_leads_to_its_subject_as_often_as_it_is_opened() -> None:
    token = link()
    assert resolve(purpose="appointment", token=token, now=NOW) == SUBJECT
    assert resolve(purpose="appointment", token=token, now=NOW) == SUBJECT


def test_a_token_spells_no_telling_word(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["aPoX-_23456789abcdefgh", "a-hiv-23456789abcdefgh", "ab-_23456789abcdefghij"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: next(drawn))
    assert link() == "ab-_23456789abcdefghij"


def test_a_token_has_128_bits_and_fits_a_url() -> None:
    tokens = {link() for _ in range(50)}
    assert len(tokens) == 50
    assert all(
        len(token) == 22 and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )


def test_only_the_hash_of_a_token_is_kept() -> None:
    token = link()
    assert token not in str(LinkToken.objects.values().get())


def test_a_link_serves_its_own_purpose_only() -> None:
    token = link()
    with pytest.raises(LinkUnknownError):
        resolve(purpose="record", token=token, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "\0", "x" * 5000])
def test_an_invented_token_is_unknown(token: str) -> None:
    link()
    with pytest.raises(LinkUnknownError):
        resolve(purpose="appointment", token=token, now=NOW)


def test_a_link_ends_at_its_end() -> None:
    token = link()
    resolve(purpose="appointment", token=token, now=END - timedelta(seconds=1))
    with pytest.raises(LinkExpiredError):
        resolve(purpose="appointment", token=token, now=END)


def test_an_ended_link_is_called_expired_for_a_month_and_then_forgotten() -> None:
    token = link()
    assert forget_expired(now=END + timedelta(days=29)) == 0
    with pytest.raises(LinkExpiredError):
        resolve(purpose="appointment", token=token, now=END + timedelta(days=29))
    assert forget_expired(now=END + timedelta(days=30)) == 1
    with pytest.raises(LinkUnknownError):
        resolve(purpose="appointment", token=token, now=END + timedelta(days=30))
