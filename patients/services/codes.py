"""One-time codes: proof that somebody reads what is sent to a telephone or e-mail address.

Asking for one looks the same, and costs the same, whether or not any patient has the address.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from encryption.keys import keyed_hash
from limits.rules import CODE, count_one
from patients.domain.contact import Contact
from patients.models import OneTimeCode
from patients.selectors import contact_hash
from patients.services.code_messages import deliver

LIFETIME = timedelta(minutes=10)
ATTEMPTS = 5


class TooManyCodesError(Exception):
    """Enough codes were asked for; ``retry_after`` is the wait in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} s")
        self.retry_after = retry_after


class WrongCodeError(Exception):
    """Not the code that was sent; after the last attempt ``attempts_left`` is 0."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class CodeExpiredError(Exception):
    """No code to compare with: none was sent, or it is too old, used, or guessed at too often."""


def send_code(
    *, contact: Contact, browser: str, language: str, now: datetime, address: str = ""
) -> None:
    """Send a code of 6 digits, good for 10 minutes in this browser, and void the one before.

    ``browser`` is the browser's hash; ``address`` is the network address that asks, "" when it is
    not to be counted. Call it outside transactions: nobody waits for a gateway with rows locked.
    Raises TooManyCodesError, CodeNotSentError.
    """
    hashed = contact_hash(contact)
    wait = count_one(CODE, contact=hashed, browser=browser, address=address)
    if wait:
        raise TooManyCodesError(wait)
    code = f"{secrets.randbelow(10**6):06}"
    with transaction.atomic(durable=True):
        OneTimeCode.objects.create(
            contact_hash=hashed,
            browser_hash=browser,
            code_hash=_hash(browser, hashed, code),
            created_at=now,
            expires_at=now + LIFETIME,
            attempts_left=ATTEMPTS,
        )
    deliver(contact=contact, code=code, language=language, lifetime=LIFETIME)


def check_code(*, contact: Contact, browser: str, code: str, now: datetime) -> None:
    """Accept the newest code sent to this contact from this browser, once.

    Call it outside transactions: a rollback would give the attempt back.
    Raises WrongCodeError, CodeExpiredError.
    """
    hashed = contact_hash(contact)
    # Only the newest counts, also when it is used up: asking again voids, and guesses add up.
    sent = (
        OneTimeCode.objects.filter(browser_hash=browser, contact_hash=hashed)
        .order_by("-pk")
        .first()
    )
    if sent is None or not _take_attempt(sent, now):
        raise CodeExpiredError
    if not secrets.compare_digest(sent.code_hash, _hash(browser, hashed, code)):
        sent.refresh_from_db(fields=["attempts_left"])
        raise WrongCodeError(sent.attempts_left)
    if OneTimeCode.objects.filter(pk=sent.pk, used_at=None).update(used_at=now) != 1:
        raise CodeExpiredError


def forget_expired(*, now: datetime) -> int:
    """Delete the codes that are too old; return how many."""
    return OneTimeCode.objects.filter(expires_at__lte=now).delete()[0]


def _take_attempt(sent: OneTimeCode, now: datetime) -> bool:
    """Use one attempt before comparing, in one statement; False when there is none to use."""
    with transaction.atomic(durable=True):
        taken = OneTimeCode.objects.filter(
            pk=sent.pk, attempts_left__gt=0, used_at=None, expires_at__gt=now
        ).update(attempts_left=F("attempts_left") - 1)
    return taken == 1


def _hash(browser: str, contact: str, code: str) -> str:
    return keyed_hash("code", f"{browser}\0{contact}\0{code}")
