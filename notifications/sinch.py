"""SMS through Sinch's REST API.

What is relied on, and where it is said (developers.sinch.com/docs/sms, read in November 2026):

- ``POST /xms/v1/{plan}/batches`` with a bearer token; 201 and the batch's ``id`` when it is taken
  (api-reference/sms/batches). Nothing there says that two batches with one ``client_reference`` are
  one, so after an attempt in doubt the batches are looked through before anything is sent again.
- ``GET /xms/v1/{plan}/batches?client_reference=`` lists those of the last 14 days, by default only
  of the last 24 hours (api-reference/sms/batches/listbatches).
- Errors have a ``code`` and a ``text``; 400 is about the request, 401 and 403 about the account,
  429 about too many at once, 5xx is Sinch's own (api-reference/status-codes).
- ``delivery_report`` ``per_recipient_final`` calls ``callback_url`` once the SMS has arrived or
  never will (api-reference/sms/delivery-reports).
"""

import json
import logging
import os
import re
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from django.conf import settings
from django.urls import reverse

from notifications.gateways import PermanentGatewayError, TemporaryGatewayError

TIMEOUT = httpx.Timeout(20, connect=10)
# For the whole of an answer, however slowly it drips.
ANSWERS_WITHIN_SECONDS = 45.0
# An answer is some hundred bytes long; a list has ten batches of them.
MOST_BYTES = 64 * 1024
PAGE = 10
LONGEST_ID = 80
LONGEST_WAIT = timedelta(hours=1)
# What a clock of ours may be ahead of Sinch's.
CLOCKS_DIFFER = timedelta(hours=1)
CREATED = frozenset({200, 201})
# Said of this SMS, and as true of it tomorrow.
ABOUT_THE_SMS = frozenset({400, 413, 422})
TOLD_BEFORE_TAKING = frozenset({503})
logger = logging.getLogger(__name__)


class UnreadableAnswerError(Exception):
    """Sinch has said yes, or something went wrong inside it: it may have taken the SMS."""


@dataclass(frozen=True)
class _Answer:
    """``content`` is None when it was too long, too slow or cut off."""

    status: int
    headers: httpx.Headers
    content: bytes | None


class SinchGateway:
    """Sends each SMS as a batch of one, with our reference as its ``client_reference``."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Send, and return the batch's id; what else may happen is said in ``gateways``.

        Not idempotent: ask ``find`` first where an attempt may have gone through.
        """
        answer = _ask(
            "POST",
            json={
                "type": "mt_text",
                "from": settings.SMS_SENDER,
                "to": [to],
                "body": text,
                "client_reference": reference,
                "delivery_report": "per_recipient_final",
                "callback_url": settings.PUBLIC_URL + reverse("notifications:sinch_receipt"),
            },
        )
        if answer.status in CREATED:
            batch = _read(answer)
            batch_id = _id_of(batch)
            if batch_id is None:
                raise UnreadableAnswerError
            return batch_id
        raise _refusal(answer)

    def find(self, *, reference: str, since: datetime) -> str | None:
        """Return the id of the batch with this reference, sent after ``since``; None for none.

        Raises ``TemporaryGatewayError`` when that cannot be told.
        """
        start = (since - CLOCKS_DIFFER).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        try:
            answer = _ask(
                "GET",
                params={"client_reference": reference, "start_date": start, "page_size": PAGE},
            )
        except httpx.HTTPError as error:
            raise TemporaryGatewayError from error
        if answer.status != httpx.codes.OK:
            _tell(answer)
            raise TemporaryGatewayError(retry_after=_wait(answer))
        batches = _batches(_read(answer))
        if batches is None:
            raise TemporaryGatewayError
        for batch in batches:
            if batch.get("client_reference") == reference and (found := _id_of(batch)):
                return found
        return None


def forget_connections() -> None:
    """Close the connections that are kept, as a forked process must: they are its parent's."""
    client = _kept.pop("client", None)
    if client is not None:
        client[1].close()


# One client a process, with what it was made for.
_kept: dict[str, tuple[tuple[str, ...], httpx.Client]] = {}
os.register_at_fork(after_in_child=forget_connections)


def _client() -> httpx.Client:
    """Return the client that keeps connections to the account of the settings."""
    account = (settings.SINCH_URL, settings.SINCH_PLAN, settings.SINCH_TOKEN)
    kept = _kept.get("client")
    if kept is None or kept[0] != account:
        forget_connections()
        url, plan, token = account
        kept = _kept["client"] = (
            account,
            httpx.Client(
                base_url=f"{url}/xms/v1/{plan}/",
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                timeout=TIMEOUT,
                # The system's authorities, as for e-mail.
                verify=ssl.create_default_context(),
                # Where we are led astray, the token does not follow.
                follow_redirects=False,
            ),
        )
    return kept[1]


def _ask(method: str, **content: Any) -> _Answer:
    """Make one call; raises ``TemporaryGatewayError`` when Sinch is not reached.

    Whatever httpx raises else came after the request began to go out.
    """
    try:
        with _client().stream(method, "batches", **content) as response:
            return _Answer(response.status_code, response.headers, _body_of(response))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TemporaryGatewayError from error


def _body_of(response: httpx.Response) -> bytes | None:
    body, give_up_at = b"", time.monotonic() + ANSWERS_WITHIN_SECONDS
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) > MOST_BYTES or time.monotonic() > give_up_at:
                return None
    except (httpx.HTTPError, httpx.StreamError):
        return None
    return body


def _refusal(answer: _Answer) -> Exception:
    """Return what an answer other than yes means."""
    _tell(answer)
    if answer.status in ABOUT_THE_SMS:
        return PermanentGatewayError()
    inside = answer.status >= httpx.codes.INTERNAL_SERVER_ERROR
    if inside and answer.status not in TOLD_BEFORE_TAKING:
        return UnreadableAnswerError()
    return TemporaryGatewayError(retry_after=_wait(answer))


def _tell(answer: _Answer) -> None:
    """Log the code of an error, never its text: that repeats what was sent."""
    said = _read(answer)
    code = said.get("code") if isinstance(said, dict) else None
    known = isinstance(code, str) and re.fullmatch(r"[a-z_]{1,60}", code)
    about_us = answer.status not in ABOUT_THE_SMS | {httpx.codes.TOO_MANY_REQUESTS}
    level = logging.ERROR if about_us else logging.WARNING
    logger.log(level, "Sinch answered %s (%s)", answer.status, code if known else "no code")


def _wait(answer: _Answer) -> timedelta | None:
    """Read Retry-After, in seconds or as a time by the answer's own clock; an hour at most."""
    said = answer.headers.get("Retry-After", "")
    try:
        if said.isascii() and said.isdigit():
            wait = timedelta(seconds=int(said[:9]))
        else:
            until = parsedate_to_datetime(said)
            wait = until - parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _read(answer: _Answer) -> Any:
    """Return what an answer holds as JSON; None when it holds none."""
    try:
        return json.loads(answer.content or b"")
    except (ValueError, RecursionError):
        return None


def _id_of(batch: Any) -> str | None:
    found = batch.get("id") if isinstance(batch, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= LONGEST_ID else None


def _batches(page: Any) -> list[dict[str, Any]] | None:
    """Return the batches of a page; None when it is no page."""
    if not isinstance(page, dict):
        return None
    batches = page.get("batches", [] if page.get("count") == 0 else None)
    if not isinstance(batches, list) or not all(isinstance(one, dict) for one in batches):
        return None
    return batches
