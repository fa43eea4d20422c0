import pytest

from notifications.services.registry import (
    Kind,
    KindTakenError,
    UnknownKindError,
    kind_named,
    register,
)

KIND = Kind(
    code="greeting",
    still_due=lambda messages, now: {},
    context=lambda messages, now: {},
    recipient=lambda messages: {},
)

pytestmark = pytest.mark.usefixtures("empty_registry")


def test_a_registered_kind_is_found_by_its_code() -> None:
    register(KIND)

    assert kind_named("greeting") is KIND


def test_two_kinds_cannot_share_a_code() -> None:
    register(KIND)

    with pytest.raises(KindTakenError):
        register(KIND)


def test_a_kind_that_nobody_registered_is_unknown() -> None:
    with pytest.raises(UnknownKindError):
        kind_named("greeting")
