"""Who a visitor is to us: a browser with a key of its own, perhaps with a contact they proved.

The key is a random value that only the browser's cookie holds. It binds one-time codes and holds
to the browser, and opens its drafts. Who has shown who they are has more: a proof, for a short
while, in the session.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.http import HttpRequest

from encryption.keys import digest
from patients.models import ActivatedBrowser, Patient

BROWSER_COOKIE = "time"
_KEY_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTACT_IN_SESSION = "contact_hash"
_PROOF_IN_SESSION = "proof"
# How the names begin of what a browser has opened or made, by links and otherwise.
OPENED_IN_SESSION = "opened_"
# How long who has shown who they are may look away, and how long they may stay at all.
IDLE, LONGEST = timedelta(minutes=30), timedelta(minutes=60)
_NOTED_EVERY = timedelta(minutes=1)


def new_browser_key() -> str:
    """Return a key for a browser's cookie: 256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def browser_key(request: HttpRequest) -> str | None:
    """Return the key of the browser that asks; None when it has none, or one that is not ours."""
    made_now: str | None = getattr(request, "new_browser_key", None)
    if made_now is not None:
        return made_now
    key = request.COOKIES.get(BROWSER_COOKIE, "")
    return key if _KEY_SHAPE.fullmatch(key) else None


def ensure_browser_key(request: HttpRequest) -> str:
    """Return the key of the browser that asks, making one for the middleware to hand out."""
    key = browser_key(request)
    if key is None:
        key = new_browser_key()
        request.new_browser_key = key  # type: ignore[attr-defined]
    return key


def browser_hash(request: HttpRequest) -> str:
    """Return the hash by which rows know this browser, making it a key if it has none."""
    return digest("browser", ensure_browser_key(request))


def confirm_contact(request: HttpRequest, contact_hash: str) -> None:
    """Remember that this visitor proved a contact with a code, in a session with a new key."""
    request.session.cycle_key()
    request.session[_CONTACT_IN_SESSION] = contact_hash


def confirmed_contact(request: HttpRequest) -> str:
    """Return the hashes of the contact that this visitor proved; "" when they have not."""
    hashed: str = request.session.get(_CONTACT_IN_SESSION, "")
    return hashed


class How(StrEnum):
    """How somebody showed who they are."""

    ID_PORTEN = "id_porten"
    ACTIVATION = "activation"


@dataclass(frozen=True)
class Proof:
    """That this browser's session belongs to a patient; ``since`` and ``seen`` bound its end."""

    patient_id: UUID
    how: How
    since: datetime
    seen: datetime
    activated_id: UUID | None


def prove_identity(
    request: HttpRequest,
    patient_id: UUID,
    *,
    how: str,
    now: datetime,
    activated_id: UUID | None = None,
) -> None:
    """Remember on the server who this visitor is, in a session with a new key.

    Call it only when the identity was shown just now; it holds for 30 minutes after the last page,
    and for 60 minutes at most. ``activated_id`` is the activated browser that showed it: the
    session ends with it. What somebody else had opened in this browser is forgotten.
    """
    before = request.session.get(_PROOF_IN_SESSION)
    if before is not None and before["patient"] != str(patient_id):
        forget_identity(request)
    request.session.cycle_key()
    request.session[_PROOF_IN_SESSION] = {
        "patient": str(patient_id),
        "how": How(how).value,
        "since": now.timestamp(),
        "seen": now.timestamp(),
        "activated": str(activated_id or ""),
    }


def proof_of(request: HttpRequest, *, now: datetime) -> Proof | None:
    """Return who this visitor has shown to be; None when they have not, or too long ago."""
    kept = request.session.get(_PROOF_IN_SESSION)
    if kept is None:
        return None
    since, seen = (datetime.fromtimestamp(kept[name], UTC) for name in ("since", "seen"))
    if not since <= now < since + LONGEST or not now < seen + IDLE:
        return None
    activated_id = UUID(kept["activated"]) if kept.get("activated") else None
    return Proof(UUID(kept["patient"]), How(kept["how"]), since, seen, activated_id)


def proved_person(proof: Proof) -> UUID | None:
    """Return whom a proof is of, following a merge; None when it proves nothing any more.

    The row is gone, or the activated browser was ended; one query.
    """
    if proof.activated_id is None:
        return (
            Patient.objects.filter(pk=proof.patient_id).values_list("person_id", flat=True).first()
        )
    standing = ActivatedBrowser.objects.filter(pk=proof.activated_id, ended_at=None)
    return standing.values_list("patient__person_id", flat=True).first()


def keep_proof(request: HttpRequest, proof: Proof, *, now: datetime) -> None:
    """Note that the visitor is still here, once a minute at most: each note is a row written."""
    if now - proof.seen >= _NOTED_EVERY:
        kept = request.session[_PROOF_IN_SESSION]
        request.session[_PROOF_IN_SESSION] = {**kept, "seen": now.timestamp()}


def forget_identity(request: HttpRequest) -> None:
    """Forget who this visitor is, and all that this browser may open, in a session with a new key.

    Also what it came to by a link, or has made: the addresses stand in its history.
    """
    opened = [name for name in request.session.keys() if name.startswith(OPENED_IN_SESSION)]  # noqa: SIM118
    for name in (_PROOF_IN_SESSION, _CONTACT_IN_SESSION, *opened):
        request.session.pop(name, None)
    request.session.cycle_key()
