"""Receipts as Sinch makes and signs them."""

import json
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from notifications.domain.signed_receipts import signature
from tests.notifications.sample_kind import NOW
from tests.notifications.sinch_server import SECRET

SIGNED_AT = NOW


def a_receipt(reference: object, status: str, **changed: Any) -> bytes:
    said = {
        "type": "recipient_delivery_report_sms",
        "batch_id": "batch-1",
        "recipient": "4740000001",
        "code": 0,
        "status": status,
        "at": "2026-03-02T09:00:00.000Z",
        "client_reference": None if reference is None else reference,
    }
    if reference is not None and not isinstance(reference, int | list):
        said["client_reference"] = str(reference)
    return json.dumps(said | changed).encode()


def signed(body: bytes, *, at: datetime = SIGNED_AT, nonce: str = "01FJA8B4A7") -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    return {
        "X-Sinch-Webhook-Signature": signature(
            body, nonce=nonce, timestamp=timestamp, secret=SECRET
        ),
        "X-Sinch-Webhook-Signature-Algorithm": "HmacSHA256",
        "X-Sinch-Webhook-Signature-Nonce": nonce,
        "X-Sinch-Webhook-Signature-Timestamp": timestamp,
    }


def tell(body: bytes, *, at: datetime = SIGNED_AT, **headers: str) -> int:
    """Call as Sinch does, with cookies of nobody and no CSRF token; return the status."""
    response = Client(enforce_csrf_checks=True).post(
        reverse("notifications:sinch_receipt"),
        body,
        content_type="application/json",
        headers=signed(body, at=at) | headers,
    )
    return response.status_code
