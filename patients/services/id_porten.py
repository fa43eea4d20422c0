"""Logging in with ID-porten: who comes back is a patient only if an ID with their number was seen.

What a log-in needs until it is over is kept for ten minutes under a hash of the browser's key and
the state: another browser, or a second use, finds nothing. Of somebody we do not know nothing is
kept.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit.domain import Actor
from audit.services import record
from encryption.keys import keyed_hash
from limits.rules import ID_PORTEN, count_one
from limits.server import valkey
from patients import id_porten
from patients.domain.id_numbers import IdKind, InvalidIdNumberError, parse_id_number
from patients.domain.id_porten import Provider, Refusal, is_enough
from patients.selectors import numbered

PENDING = timedelta(minutes=10)
# The longest of what comes back that is looked at: a code or a state is some tens of signs.
_LONGEST = 4096
# A national number or a D-number; whoever has another kind cannot have logged in with it.
_OF_ID_PORTEN = frozenset({IdKind.NATIONAL, IdKind.D_NUMBER})
log = logging.getLogger(__name__)


class LogInRefusedError(Exception):
    """The log-in came to nothing: ``why`` says what to tell the person."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class TooManyLogInsError(Exception):
    """Enough log-ins were begun; ``retry_after`` is the wait in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class LoggedIn:
    """Who came, where they were going, and the token by which they log out at the provider."""

    patient_id: UUID
    then: str
    id_token: str = field(repr=False)


def is_offered() -> bool:
    """Tell whether people can log in with ID-porten here."""
    return settings.ID_PORTEN is not None


def begin(*, browser: str, address: str, back: str, language: str, then: str, now: datetime) -> str:
    """Return where this browser goes to log in; it comes back to ``back``.

    ``browser`` is the browser's hash, ``address`` the network that asks, ``then`` the page to show
    afterwards. Raises LogInRefusedError, TooManyLogInsError.
    """
    provider = _provider()
    wait = count_one(ID_PORTEN, browser=browser, address=address)
    if wait:
        raise TooManyLogInsError(wait)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _each in range(3))
    try:
        leads_to = id_porten.address_to_log_in(
            provider,
            back=back,
            state=state,
            nonce=nonce,
            verifier=verifier,
            language=language,
            now=now,
        )
    except (id_porten.UnreachableError, id_porten.NotTrustedError) as error:
        raise _refused(Refusal.UNREACHABLE, error) from error
    kept = {"nonce": nonce, "verifier": verifier, "then": then, "asked_at": now.timestamp()}
    valkey().set(_place(browser, state), json.dumps(kept), ex=int(PENDING.total_seconds()))
    return leads_to


def finish(*, browser: str, back: str, answer: Mapping[str, str], now: datetime) -> LoggedIn:
    """Find out who comes back from the provider with this answer. Raises LogInRefusedError."""
    provider = _provider()
    pending = _take(browser, answer.get("state", ""))
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _refused(Refusal.NOT_TRUSTED, "another issuer answers")
    if "error" in answer:
        declined = answer["error"] == "access_denied"
        raise _refused(
            Refusal.DECLINED if declined else Refusal.UNREACHABLE, "the provider says error"
        )
    code = answer.get("code", "")
    if not 0 < len(code) <= _LONGEST:
        raise _refused(Refusal.NOT_TRUSTED, "no code")
    try:
        token = id_porten.token_for(
            provider, code=code, verifier=pending["verifier"], back=back, now=now
        )
        since = datetime.fromtimestamp(pending["asked_at"], UTC)
        claims = id_porten.claims_in(provider, token, nonce=pending["nonce"], since=since, now=now)
    except id_porten.UnreachableError as error:
        raise _refused(Refusal.UNREACHABLE, error) from error
    except id_porten.NotTrustedError as error:
        raise _refused(Refusal.NOT_TRUSTED, error) from error
    if not is_enough(claims.get("acr"), provider.level):
        raise _refused(Refusal.TOO_LOW, "acr")
    patient_id = _patient_with(claims.get("pid"))
    with transaction.atomic():
        record(
            action="patient.logged_in",
            by=Actor.patient(patient_id),
            now=now,
            patient_id=patient_id,
            reason="id_porten",
        )
    return LoggedIn(patient_id, pending["then"], token)


def address_to_log_out(*, id_token: str, back: str, now: datetime) -> str | None:
    """Return where the browser goes to log out of ID-porten too; None when that is not possible."""
    try:
        return id_porten.address_to_log_out(_provider(), id_token=id_token, back=back, now=now)
    except (id_porten.UnreachableError, id_porten.NotTrustedError):
        return None


def _patient_with(pid: object) -> UUID:
    """Return the person in whose ID this number was seen, whichever row of theirs has it.

    A number that somebody only told us is a claim and finds nobody.
    """
    try:
        # Who signs the answer vouches for the number, in the test environment an invented one.
        number = parse_id_number(pid if isinstance(pid, str) else "", allow_synthetic=True)
    except InvalidIdNumberError as error:
        raise _refused(Refusal.NOT_TRUSTED, "pid") from error
    if number.kind not in _OF_ID_PORTEN or number.digits != pid:
        raise _refused(Refusal.NOT_TRUSTED, "pid")
    seen = numbered(number.digits).filter(id_seen_at__isnull=False)
    found = dict(seen.values_list("pk", "person_id"))
    kept = {pk for pk, person_id in found.items() if pk == person_id}
    people = kept or set(found.values())
    if len(people) != 1:
        raise LogInRefusedError(Refusal.NOBODY)
    return people.pop()


def _take(browser: str, state: str) -> dict[str, Any]:
    """Return what this browser's log-in needs, once."""
    kept = None
    if 0 < len(state) <= _LONGEST:
        kept = cast("bytes | None", valkey().getdel(_place(browser, state)))
    if kept is None:
        raise LogInRefusedError(Refusal.TOO_OLD)
    pending: dict[str, Any] = json.loads(kept)
    return pending


def _place(browser: str, state: str) -> str:
    return f"id_porten:{keyed_hash('state', f'{browser}{chr(0)}{state}')}"


def _provider() -> Provider:
    provider: Provider | None = settings.ID_PORTEN
    if provider is None:
        raise LogInRefusedError(Refusal.UNREACHABLE)
    return provider


def _refused(why: Refusal, what: object) -> LogInRefusedError:
    """Note in the log what was wrong: nothing in it tells of the person."""
    log.warning("ID-porten: %s (%s)", why.value, what)
    return LogInRefusedError(why)
