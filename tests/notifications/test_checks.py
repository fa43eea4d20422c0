"""The system does not start with a sender that tells, or that networks do not take."""

import pytest
from django.core.checks import run_checks

from notifications.checks import senders_are_neutral


def ids() -> list[str]:
    return [fault.id for fault in senders_are_neutral()]


def test_the_check_is_made_at_every_start_and_finds_nothing():
    assert [one.id for one in run_checks() if one.id.startswith("notifications.")] == []


@pytest.mark.parametrize(
    "sender", ["Time", "Timebestill", "Oslo kommun", "Helse2026", "+4759444444", "2097"]
)
def test_short_names_and_numbers_are_taken(settings, sender):
    settings.SMS_SENDER = sender

    assert ids() == []


@pytest.mark.parametrize(
    "sender", ["", "Timebestilling", "Tåme", "Time!", " Time", "Time ", "12", "+", "Time\n"]
)
def test_names_that_networks_do_not_take_are_found(settings, sender):
    settings.SMS_SENDER = sender

    assert ids() == ["notifications.E001"]


@pytest.mark.parametrize("sender", ["Vaksine", "MPOX", "PrEP Oslo"])
def test_an_sms_sender_that_tells_is_found(settings, sender):
    settings.SMS_SENDER = sender

    assert ids() == ["notifications.E003"]


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("Timebestilling <time@kommune.example>", []),
        ("time@kommune.example", []),
        ("Timebestilling", ["notifications.E002"]),
        ("Vaksinasjon <time@kommune.example>", ["notifications.E003"]),
        ("Timebestilling <mpox@kommune.example>", ["notifications.E003"]),
    ],
)
def test_an_email_sender_is_an_address_and_does_not_tell(settings, sender, found):
    settings.DEFAULT_FROM_EMAIL = sender

    assert ids() == found
