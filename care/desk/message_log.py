"""The messages of a clinic: which of them are shown, and each of them in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from care.services.message_people import people_of
from clinics.domain.calendar import OSLO
from notifications.models import Message
from notifications.selectors import needs_a_hand, sent_again
from notifications.services.handling import UNREACHED
from notifications.services.health import is_late
from notifications.services.registry import kinds
from notifications.services.resending import ENDED
from notifications.words import FateWords, fate_in_words, kind_in_words, kind_of
from patients.models import Patient

Words = str | Promise
State = Message.State

# What the address calls each choice, and how it is said.
FOLLOW_UP, LATE, HANDLED, ALL = "oppfolging", "forsinket", "ordnet", "alle"
CHOICES: Mapping[str, Words] = {
    FOLLOW_UP: _("Nådde ikke fram: til oppfølging"),
    LATE: _("Skulle vært sendt"),
    "venter": _("Venter på sin tid"),
    "sendt": _("Sendt"),
    "ikke-nodvendig": _("Ikke nødvendig likevel"),
    "nadde-ikke-fram": _("Nådde ikke fram, alle"),
    HANDLED: _("Ordnet av ansatte"),
    ALL: _("Alle"),
}
_STATES = {
    "venter": [State.WAITING, State.CLAIMED],
    "sendt": [State.SENT],
    "ikke-nodvendig": [State.SKIPPED],
    "nadde-ikke-fram": sorted(UNREACHED),
}
COLORS: Mapping[str, str] = {
    State.WAITING: "info",
    State.CLAIMED: "info",
    State.SENT: "success",
    State.FAILED: "danger",
    State.UNKNOWN: "warning",
}


@dataclass(frozen=True)
class Filters:
    """What the reader has chosen to see. What the address says wrongly is as if not said."""

    shown: str
    kind: str
    day: date | None

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """Read them from the address."""
        shown, kind = query.get("vis", ""), query.get("type", "")
        return cls(
            shown=shown if shown in CHOICES else FOLLOW_UP,
            kind=kind if kind in {one.code for one in kinds()} else "",
            day=_day(query.get("dag", "")),
        )

    @property
    def narrowed(self) -> bool:
        """Whether a kind or a day leaves something out."""
        return bool(self.kind or self.day)

    @property
    def address(self) -> str:
        """Write them as the address does, to be followed by the page."""
        query = QueryDict(mutable=True)
        query["vis"] = self.shown
        if self.kind:
            query["type"] = self.kind
        if self.day:
            query["dag"] = self.day.isoformat()
        return query.urlencode()


@dataclass(frozen=True)
class MessageShown:
    """A message in words. ``person`` is None where it is about nobody the clinic has a name of."""

    message: Message
    kind: Words
    fate: FateWords
    color: str
    person: Patient | None
    resent: bool
    can_resend: bool
    can_handle: bool


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds there are, by name."""
    named = [(kind.code, str(kind.name or kind.code)) for kind in kinds()]
    return sorted(named, key=lambda pair: pair[1])


def messages_at(clinic_id: int, chosen: Filters, *, now: datetime) -> QuerySet[Message]:
    """Select a clinic's messages: what waits by its time, the rest newest first."""
    found = Message.objects.filter(_choice(chosen.shown, now), clinic_id__in=[clinic_id])
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.day:
        start = datetime.combine(chosen.day, time.min, OSLO)
        until = datetime.combine(chosen.day + timedelta(days=1), time.min, OSLO)
        found = found.filter(due_at__gte=start, due_at__lt=until)
    soonest_first = chosen.shown in {LATE, "venter"}
    found = found.annotate(resent=sent_again()).select_related("handled_by")
    return found.order_by("due_at" if soonest_first else "-due_at", "pk")


def in_words(found: Iterable[Message]) -> list[MessageShown]:
    """Put messages into words, with the people they are for; a query a model, and one more.

    They know whether they were sent again (``messages_at``).
    """
    messages = list(found)
    person_of = people_of(messages)
    people = Patient.objects.in_bulk(set(person_of.values()))
    return [_shown(one, people, person_of) for one in messages]


def _shown(
    message: Message, people: Mapping[UUID, Patient], person_of: Mapping[UUID, UUID]
) -> MessageShown:
    resent: bool = message.resent  # type: ignore[attr-defined]
    person = person_of.get(message.pk)
    lost = message.state in UNREACHED
    return MessageShown(
        message=message,
        kind=kind_in_words(message),
        fate=fate_in_words(message),
        color=COLORS.get(message.state, "neutral"),
        person=people.get(person) if person else None,
        resent=resent,
        can_resend=message.state in ENDED and not resent and kind_of(message) is not None,
        can_handle=lost and not resent and message.handled_at is None,
    )


def _choice(shown: str, now: datetime) -> Q:
    if shown == FOLLOW_UP:
        return needs_a_hand(now)
    if shown == LATE:
        return is_late(now)
    if shown == HANDLED:
        return Q(handled_at__isnull=False)
    return Q(state__in=_STATES[shown]) if shown in _STATES else Q()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Nothing was sent before, and the calendar ends at last.
    return day if 2000 <= day.year < 2100 else None
