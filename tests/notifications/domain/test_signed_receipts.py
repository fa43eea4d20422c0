"""Whether the provider wrote a receipt, and what it says."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.signed_receipts import (
    STATUSES,
    Arrival,
    NoReceiptError,
    Receipt,
    is_signed,
    read_receipt,
    signature,
)
from tests.notifications.receipts import SIGNED_AT, a_receipt, signed

SECRET = "webhook-secret-1"
BODY = b'{"type": "recipient_delivery_report_sms"}'


def holds(body=BODY, *, now=SIGNED_AT, secret=SECRET, **changed):
    headers = signed(BODY) | {name.replace("_", "-"): value for name, value in changed.items()}
    return is_signed(body, headers, secret=secret, now=now)


def test_the_signature_is_the_one_that_sinch_makes():
    """The example of Sinch's own .NET SDK (tests/Sinch.Tests/Conversation/HooksTests.cs)."""
    body = (
        '{"app_id":"","accepted_time":"2021-10-18T17:49:13.813615Z","project_id":'
        '"e2df3a34-a71b-4448-9db5-a8d2baad28e4","contact_create_notification":{"contact":{"id":'
        '"01FJA8B466Y0R2GNXD78MD9SM1","channel_identities":[{"channel":"SMS","identity":'
        '"48123456789","app_id":""}],"display_name":"New Test Contact","email":'
        '"new.contact@email.com","external_id":"","metadata":"","language":"EN_US"}},'
        '"message_metadata":""}'
    )
    made = signature(
        body.encode(),
        nonce="01FJA8B4A7BM43YGWSG9GBV067",
        timestamp="1634579353",
        secret="foo_secret1234",
    )
    assert made == "6bpJoRmFoXVjfJIVglMoJzYXxnoxRujzR4k2GOXewOE="


def test_what_the_provider_signed_is_believed():
    assert holds()


@pytest.mark.parametrize(
    "changed",
    [
        {"X_Sinch_Webhook_Signature": ""},
        {"X_Sinch_Webhook_Signature": "AAAA"},
        {"X_Sinch_Webhook_Signature": "æøå"},
        {"X_Sinch_Webhook_Signature_Nonce": ""},
        {"X_Sinch_Webhook_Signature_Nonce": "another"},
        {"X_Sinch_Webhook_Signature_Algorithm": "HmacSHA1"},
        {"X_Sinch_Webhook_Signature_Algorithm": ""},
        {"X_Sinch_Webhook_Signature_Timestamp": ""},
        {"X_Sinch_Webhook_Signature_Timestamp": "now"},
        {"X_Sinch_Webhook_Signature_Timestamp": "-1"},
        {"X_Sinch_Webhook_Signature_Timestamp": "9" * 40},
        {"X_Sinch_Webhook_Signature_Timestamp": "²"},
        {"body": BODY + b" "},
        {"secret": "another"},
        {"secret": ""},
    ],
    ids="-".join,
)
def test_what_differs_in_anything_is_not(changed):
    assert not holds(**changed)


@pytest.mark.parametrize(
    ("later", "believed"),
    [
        (timedelta(hours=23), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
    ],
)
def test_it_is_believed_for_as_long_as_sinch_may_try_again(later, believed):
    assert holds(now=SIGNED_AT + later) is believed


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_the_body_can_be_turned(place, bit):
    body = bytearray(BODY)
    body[place % len(body)] ^= 1 << bit
    assert not holds(bytes(body))


@pytest.mark.parametrize(
    ("status", "arrival"),
    [
        ("Delivered", Arrival.ARRIVED),
        ("Failed", Arrival.LOST),
        ("Expired", Arrival.LOST),
        ("Rejected", Arrival.LOST),
        ("Aborted", Arrival.LOST),
        ("Cancelled", Arrival.LOST),
        ("Deleted", Arrival.LOST),
        ("Queued", Arrival.UNDERWAY),
        ("Dispatched", Arrival.UNDERWAY),
        ("Unknown", Arrival.UNDERWAY),
    ],
)
def test_each_status_means_arrived_lost_or_neither(status, arrival):
    message_id = uuid4()
    assert read_receipt(a_receipt(message_id, status)) == Receipt(message_id, "batch-1", arrival)
    assert status in STATUSES


@pytest.mark.parametrize("other", ["mo_text", "delivery_report_sms", "mo_binary"])
def test_callbacks_of_other_types_are_none_of_ours(other):
    assert read_receipt(a_receipt(uuid4(), "Delivered", type=other)) is None


@pytest.mark.parametrize("reference", ["", "abc", None, 7, ["x"]])
def test_a_reference_of_another_form_is_no_message(reference):
    assert read_receipt(a_receipt(reference, "Delivered")).message_id is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"7",
        b"null",
        b"\xff\xfe",
        b"[" * 8000,
        b"{}",
        b'{"type": 7}',
        json.dumps({"type": "recipient_delivery_report_sms"}).encode(),
        json.dumps({"type": "recipient_delivery_report_sms", "status": "Eaten"}).encode(),
        json.dumps({"type": "recipient_delivery_report_sms", "status": ["x"]}).encode(),
        a_receipt(uuid4(), "Delivered", batch_id=9),
    ],
)
def test_what_is_no_callback_is_refused(body):
    with pytest.raises(NoReceiptError):
        read_receipt(body)


@given(st.binary(max_size=200))
def test_nothing_that_is_sent_breaks_it(body):
    with suppress(NoReceiptError):
        read_receipt(body)


def test_the_moment_of_the_signature_is_in_seconds():
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) == SIGNED_AT
