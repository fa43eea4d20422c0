"""Access handed over at a visit: a code on paper, then a browser of the person's own with a PIN.

The code is for those who cannot or will not use ID-porten. What it opens is as personal as what
ID-porten opens, so it is made only once an ID has been seen, and handed to the person.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit.domain import Actor
from audit.services import record
from encryption.keys import digest, hash_keys, keyed_hash
from limits.rules import ACTIVATION, PIN, Rule, count_one
from notifications.services.outbox import channels_of, queue
from patients.domain.activation_codes import new_code
from patients.models import ActivatedBrowser, ActivationCode, Patient
from patients.selectors import birth_date_hash, kept_row, person_of, same_person

# The code of the message that a browser was given access.
MESSAGE = "browser_activated"
LIFETIME = timedelta(hours=24)
CODE_ATTEMPTS = PIN_ATTEMPTS = 5
# How long a browser opens the pages without having been used.
UNUSED = timedelta(days=180)
# So that a person finds in their list what was ended lately.
KEPT_AFTER_END = timedelta(days=30)


class IdentityNotSeenError(Exception):
    """Nobody has seen this person's ID, so access to their pages is not handed over."""


class TooManyAttemptsError(Exception):
    """Enough was tried; ``retry_after`` is the wait in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} s")
        self.retry_after = retry_after


class ActivationRefusedError(Exception):
    """No such code, or used, ended or too old, or another birth date: which is not told."""


class BrowserEndedError(Exception):
    """This browser opens nothing any more: ended, unused for too long, or a PIN guessed at."""


class WrongPinError(Exception):
    """Not the PIN; after the last attempt the browser is ended and ``attempts_left`` is 0."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


@dataclass(frozen=True)
class Activated:
    """A browser that was let in; ``secret`` is for its cookie, and nowhere else."""

    patient_id: UUID
    browser_id: UUID
    secret: str


@transaction.atomic
def hand_over(*, patient_id: UUID, clinic_id: int, by: Actor, now: datetime) -> str:
    """Make a code for a person whose ID was seen, good for 24 hours; end the one before.

    Raises Patient.DoesNotExist, IdentityNotSeenError.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk__in=kept_row(patient_id))
    if patient.id_seen_at is None:
        raise IdentityNotSeenError
    open_codes(patient.pk).update(ended_at=now)
    code = new_code(secrets.choice)
    ActivationCode.objects.create(
        patient=patient,
        code_hash=_code_hash(code),
        clinic_id=clinic_id,
        made_by_id=int(by.id),
        made_at=now,
        expires_at=now + LIFETIME,
        attempts_left=CODE_ATTEMPTS,
    )
    record(action="patient.access_given", by=by, now=now, patient_id=patient.pk)
    return code


def activate(
    *, code: str, born: date, pin: str, name: str, browser: str, address: str, now: datetime
) -> Activated:
    """Use a code, once, let the browser in from now on, and tell the person of it.

    ``browser`` and ``address`` are counted: the browser's hash and where it asks from. Call it
    outside transactions: a rollback would give the attempt back. Raises TooManyAttemptsError,
    ActivationRefusedError.
    """
    _count(ACTIVATION, browser, address)
    hashes = [_code_hash(code, key) for key in hash_keys()]
    handed = ActivationCode.objects.filter(code_hash__in=hashes).first()
    if handed is None or not _take_attempt(ActivationCode, _usable(handed.pk, now)):
        raise ActivationRefusedError
    person = person_of(handed.patient_id)
    if not secrets.compare_digest(birth_date_hash(person.birth_date), birth_date_hash(born)):
        raise ActivationRefusedError
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Who is parting two rows, or taking an ID check back, is waited for: the row that was read
        # may be another person's by now. They too lock the people first, and their codes after.
        if not _is_still(person.pk, handed.patient_id):
            raise ActivationRefusedError
        # Of two browsers at once, one uses it.
        if ActivationCode.objects.filter(_usable(handed.pk, now)).update(used_at=now) != 1:
            raise ActivationRefusedError
        made = ActivatedBrowser.objects.create(
            patient=person,
            code=handed,
            secret_hash=_secret_hash(secret),
            pin_hash=_pin_hash(secret, pin),
            attempts_left=PIN_ATTEMPTS,
            name=name,
            created_at=now,
            used_at=now,
        )
        _let_in("patient.browser_activated", person.pk, now)
        # Somebody else may have had the slip. Who has ID-porten is told by ID-porten.
        queue(
            kind=MESSAGE,
            subject_id=person.pk,
            occasion=str(made.pk),
            due_at=now,
            channels=channels_of(person.contact_by),
            now=now,
            clinic_id=handed.clinic_id,
        )
    return Activated(person.pk, made.pk, secret)


def open_again(*, secret: str, pin: str, browser: str, address: str, now: datetime) -> Activated:
    """Let an activated browser in with its PIN; the fifth wrong one in a row ends it.

    Call it outside transactions. Raises TooManyAttemptsError, WrongPinError, BrowserEndedError.
    """
    _count(PIN, browser, address)
    known = known_browser(secret, now=now)
    if known is None or not _take_attempt(ActivatedBrowser, Q(pk=known.pk, ended_at=None)):
        raise BrowserEndedError
    if not secrets.compare_digest(known.pin_hash, _pin_hash(secret, pin)):
        ended = ActivatedBrowser.objects.filter(pk=known.pk, attempts_left=0, ended_at=None)
        ended.update(ended_at=now)
        known.refresh_from_db(fields=["attempts_left"])
        raise WrongPinError(known.attempts_left)
    with transaction.atomic():
        standing = ActivatedBrowser.objects.filter(pk=known.pk, ended_at=None)
        if standing.update(attempts_left=PIN_ATTEMPTS, used_at=now) != 1:
            raise BrowserEndedError
        _let_in("patient.logged_in", known.patient.person_id, now, reason="activation")
    return Activated(known.patient.person_id, known.pk, secret)


@transaction.atomic
def end_browser(*, browser_id: UUID, patient_id: UUID, by: Actor, now: datetime) -> None:
    """End one of a person's own browsers, at once. Raises ActivatedBrowser.DoesNotExist."""
    own = ActivatedBrowser.objects.filter(pk=browser_id, patient__in=same_person(patient_id))
    if not own.exists():
        raise ActivatedBrowser.DoesNotExist
    if own.filter(ended_at=None).update(ended_at=now):
        record(action="patient.browser_ended", by=by, now=now, patient_id=patient_id)


@transaction.atomic
def end_access(*, patient_id: UUID, by: Actor, now: datetime, since: datetime | None = None) -> int:
    """End a person's open code and all their browsers, or those from ``since`` on; return how many.

    The sessions that the browsers opened end with them.
    """
    codes, browsers = open_codes(patient_id), standing_browsers(patient_id)
    if since is not None:
        codes, browsers = codes.filter(made_at__gte=since), browsers.filter(created_at__gte=since)
    ended = codes.update(ended_at=now) + browsers.update(ended_at=now)
    if ended:
        record(action="patient.access_ended", by=by, now=now, patient_id=patient_id)
    return ended


def known_browser(secret: str, *, now: datetime) -> ActivatedBrowser | None:
    """Return the activated browser whose cookie this is; None when it opens nothing any more."""
    if not secret:
        return None
    return (
        ActivatedBrowser.objects.filter(
            secret_hash=_secret_hash(secret), ended_at=None, used_at__gt=now - UNUSED
        )
        .select_related("patient")
        .first()
    )


def open_codes(patient_id: UUID) -> QuerySet[ActivationCode]:
    """Return the code of a person that waits to be used, whether or not its time is over."""
    return ActivationCode.objects.filter(
        patient__in=same_person(patient_id), used_at=None, ended_at=None
    )


def standing_browsers(patient_id: UUID) -> QuerySet[ActivatedBrowser]:
    """Return a person's activated browsers that nobody has ended."""
    return ActivatedBrowser.objects.filter(patient__in=same_person(patient_id), ended_at=None)


def forget_expired(*, now: datetime) -> int:
    """Delete unused codes whose time is over, and browsers that opened nothing for long."""
    old = ActivatedBrowser.objects.filter(
        Q(ended_at__lte=now - KEPT_AFTER_END) | Q(used_at__lte=now - UNUSED - KEPT_AFTER_END)
    )
    codes = ActivationCode.objects.filter(Q(browser__in=old) | Q(browser=None, expires_at__lte=now))
    return codes.delete()[0]


def _is_still(person_id: UUID, row_id: UUID) -> bool:
    """Lock a person and one of their rows; tell whether that row is still theirs."""
    people = Patient.objects.filter(pk__in={person_id, row_id}).order_by("pk")
    locked = {one.pk: one.person_id for one in people.select_for_update(no_key=True)}
    return locked.get(row_id) == person_id


def _usable(code_id: UUID, now: datetime) -> Q:
    return Q(pk=code_id, used_at=None, ended_at=None, expires_at__gt=now)


def _take_attempt(model: type[ActivationCode | ActivatedBrowser], which: Q) -> bool:
    """Use one attempt before comparing, in one statement; False when there is none to use."""
    with transaction.atomic(durable=True):
        left = model._default_manager.filter(which, attempts_left__gt=0)  # noqa: SLF001
        return left.update(attempts_left=F("attempts_left") - 1) == 1


def _count(rule: Rule, browser: str, address: str) -> None:
    wait = count_one(rule, browser=browser, address=address)
    if wait:
        raise TooManyAttemptsError(wait)


def _let_in(action: str, patient_id: UUID, now: datetime, reason: str = "") -> None:
    by = Actor.patient(patient_id)
    record(action=action, by=by, now=now, patient_id=patient_id, reason=reason)


def _code_hash(code: str, key: str = "") -> str:
    return keyed_hash("activation code", code, key=key)


def _secret_hash(secret: str) -> str:
    return digest("activated browser", secret)


def _pin_hash(secret: str, pin: str) -> str:
    """Hash a PIN with the secret of its browser: the database alone cannot be guessed at."""
    return digest("pin", f"{secret}\0{pin}")
