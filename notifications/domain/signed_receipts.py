"""What a provider says has become of an SMS, and whether it was the provider who said so.

Sinch signs a callback with HMAC-SHA256 over ``<body>.<nonce>.<timestamp>``, in base64, in the
``x-sinch-webhook-signature`` headers; the timestamp is in seconds (Conversation API documentation,
"Validating callbacks", and the webhook validation of Sinch's own SDKs, read in November 2026).
The types and statuses are those of "Delivery reports" in the reference of the SMS API.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

SIGNATURE = "X-Sinch-Webhook-Signature"
ALGORITHM = "HmacSHA256"
# A receipt is some three hundred bytes long.
MOST_BYTES = 8 * 1024
# Sinch tries again for 22 hours and 45 minutes. What is taken twice changes nothing, so the window
# need not be shorter than that.
OLDEST = timedelta(hours=24)
NEWEST = timedelta(minutes=5)
REPORT = "recipient_delivery_report_sms"


class NoReceiptError(Exception):
    """It cannot be read as what the provider sends."""


class Arrival(Enum):
    """Whether an SMS has arrived, or never will."""

    ARRIVED = auto()
    LOST = auto()
    UNDERWAY = auto()


STATUSES = {
    "Delivered": Arrival.ARRIVED,
    "Aborted": Arrival.LOST,
    "Cancelled": Arrival.LOST,
    "Rejected": Arrival.LOST,
    "Deleted": Arrival.LOST,
    "Failed": Arrival.LOST,
    "Expired": Arrival.LOST,
    "Queued": Arrival.UNDERWAY,
    "Dispatched": Arrival.UNDERWAY,
    # Final, and says nothing of where it went: what we knew stands.
    "Unknown": Arrival.UNDERWAY,
}


@dataclass(frozen=True)
class Receipt:
    """``message_id`` is our reference; None for an SMS that is no message of the outbox."""

    message_id: UUID | None
    batch_id: str
    arrival: Arrival


def is_signed(body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime) -> bool:
    """Tell whether the provider sent these bytes, within the last 24 hours."""
    algorithm = headers.get(f"{SIGNATURE}-Algorithm", "")
    nonce = headers.get(f"{SIGNATURE}-Nonce", "")
    timestamp = headers.get(f"{SIGNATURE}-Timestamp", "")
    if not secret or not nonce or algorithm != ALGORITHM or not _is_fresh(timestamp, now):
        return False
    due = signature(body, nonce=nonce, timestamp=timestamp, secret=secret)
    given = headers.get(SIGNATURE, "").encode(errors="replace")
    return hmac.compare_digest(due.encode(), given)


def signature(body: bytes, *, nonce: str, timestamp: str, secret: str) -> str:
    """Sign as the provider does."""
    signed = b".".join([body, nonce.encode(errors="replace"), timestamp.encode()])
    return b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def read_receipt(body: bytes) -> Receipt | None:
    """Read a callback; None when it is of another type. Raises ``NoReceiptError``."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoReceiptError from error
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise NoReceiptError
    if said["type"] != REPORT:
        return None
    status, batch_id, reference = (
        said.get(name, "") for name in ("status", "batch_id", "client_reference")
    )
    if not isinstance(status, str) or not isinstance(batch_id, str) or status not in STATUSES:
        raise NoReceiptError
    return Receipt(_uuid(reference), batch_id, STATUSES[status])


def _uuid(reference: object) -> UUID | None:
    try:
        return UUID(reference) if isinstance(reference, str) else None
    except ValueError:
        return None


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    return now - OLDEST <= sent_at <= now + NEWEST
