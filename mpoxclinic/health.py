"""How the system does: for machines at /healthz, and for people who work here."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.permissions import PUBLIC, STAFF, StaffRequest, access, is_local
from mpoxclinic.sweep_health import DELIVERY, SweepHealth, sweeps
from mpoxclinic.sweep_words import sweep_in_words
from notifications.models import Message
from notifications.services.health import OutboxHealth, outbox_health
from notifications.services.texts import broken_texts
from notifications.words import code_in_words, kind_code_in_words

logger = logging.getLogger(__name__)
VALKEY_TIMEOUT_SECONDS = 2


@dataclass(frozen=True)
class Sending:
    """What the database says of the messages and the sweeps."""

    outbox: OutboxHealth
    sweeps: list[SweepHealth]

    @property
    def late(self) -> bool:
        """Whether people do not get what they should: messages wait, or nobody sends them."""
        delivery = next(one for one in self.sweeps if one.task == DELIVERY)
        return self.outbox.late is not None or delivery.overdue


@access(PUBLIC)
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer machines: 200 when the database and Valkey answer, else 503.

    A word says whether messages go out: "ok", "late" or "down". With ``?require=sending`` late is
    503 too. Figures are for this machine, and for those who have the token; there is no personal
    data among them.
    """
    now = timezone.now()
    sending, valkey = _sending(now), _valkey_answers()
    down = sending is None or not valkey
    late = sending is not None and sending.late
    answer: dict[str, Any] = {"status": "down" if down else "late" if late else "ok"}
    if _may_see_figures(request):
        answer |= {"database": sending is not None, "valkey": valkey}
        answer |= _figures(sending, now) if sending else {}
    unfit = down or (late and request.GET.get("require") == "sending")
    return JsonResponse(answer, status=503 if unfit else 200)


@access(STAFF)
@require_safe
@never_cache
def for_people(request: StaffRequest) -> HttpResponse:
    """Show staff how the system does, in words, and what to do about it."""
    now = timezone.now()
    sending = Sending(outbox_health(now=now), sweeps(now=now))
    context = {
        "now": now,
        "valkey": _valkey_answers(),
        "outbox": sending.outbox,
        "late": sending.late,
        "channels": [
            {"name": Message.Channel(one.channel).label, "health": one}
            for one in sending.outbox.channels
        ],
        "failures": [
            {"kind": kind_code_in_words(kind), "words": code_in_words(fate), "number": number}
            for kind, fate, number in sending.outbox.failures
        ],
        "broken_texts": _broken_texts(),
        "sweeps": [{"name": sweep_in_words(one.task), "health": one} for one in sending.sweeps],
        "overdue": [sweep_in_words(one.task) for one in sending.sweeps if one.overdue],
    }
    return render(request, "mpoxclinic/health.html", context)


def _broken_texts() -> list[dict[str, Any]]:
    """Name the messages whose own words cannot be sent, each once, with their language."""
    broken = dict.fromkeys((one.kind, one.language) for one in broken_texts())
    return [
        {"kind": kind_code_in_words(kind), "language": get_language_info(language)["name_local"]}
        for kind, language in broken
    ]


def _sending(now: datetime) -> Sending | None:
    """Read the outbox and the sweeps; None when the database does not answer."""
    try:
        connection.ensure_connection()
        return Sending(outbox_health(now=now), sweeps(now=now))
    except DatabaseError as error:
        logger.warning("not healthy: %s", type(error).__name__)
        return None


def _valkey_answers() -> bool:
    try:
        with redis.from_url(settings.REDIS_URL, socket_timeout=VALKEY_TIMEOUT_SECONDS) as valkey:
            valkey.ping()
    except redis.RedisError as error:
        logger.warning("not healthy: %s", type(error).__name__)
        return False
    return True


def _may_see_figures(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token: str = settings.HEALTH_TOKEN
    return is_local(request) or (bool(token) and constant_time_compare(given, token))


def _figures(sending: Sending, now: datetime) -> dict[str, Any]:
    """Return what a monitor draws: numbers and ages in seconds."""
    outbox, last = sending.outbox, None
    for one in sending.sweeps:
        if one.task == DELIVERY:
            last = one.last_ok_at
    return {
        "last_sweep_seconds": _age(last, now),
        "overdue_sweeps": [one.task for one in sending.sweeps if one.overdue],
        "failed_sweeps": [one.task for one in sending.sweeps if one.failed],
        "waiting": outbox.waiting,
        "due": outbox.due,
        "oldest_due_seconds": _age(outbox.oldest_due_at, now),
        "late": outbox.late.number if outbox.late else 0,
        "failed_last_hour": outbox.failed,
    }


def _age(at: datetime | None, now: datetime) -> int | None:
    return int((now - at).total_seconds()) if at else None
