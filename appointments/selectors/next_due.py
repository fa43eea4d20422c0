"""What decides whether people are reminded of dose 2: many at once, in a constant number of reads.

``with_facts`` gives first doses what stands in other rows of their person; ``facts_of`` adds what
was written to them before. The rules are in ``appointments/domain/next_due.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, Min, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from appointments.domain.next_due import DAYS, NextDueFacts
from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, NextAnswer
from clinics.domain.calendar import OSLO, oslo_date
from eligibility.models import Decision
from notifications.models import Message
from patients.models import Patient
from patients.selectors import stopped_everywhere
from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.domain.reactions import Kind, Outcome
from vaccinations.models import Dose, Reaction

KIND = "next_due"
# Longer than the six months of any reminder.
LOOKED_BACK = timedelta(days=190)
_LOST = (Status.CANCELLED, Status.NO_SHOW, Status.TURNED_AWAY, Status.LEFT, Status.DECLINED)


@dataclass(frozen=True)
class Written:
    """An occasion that somebody was written to for: when the row was written, and when it went.

    ``sent_at`` is None while no channel has sent it.
    """

    code: str
    at: datetime
    sent_at: datetime | None


def first_doses(*, only: Iterable[UUID] | None = None) -> QuerySet[Dose]:
    """Return the first doses that stand, each with its ``person``.

    ``only`` are keys of patients: then those of their persons, on whichever row.
    """
    doses = Dose.objects.filter(dose_number=1, voided_at=None)
    if only is not None:
        people = Patient.objects.filter(pk__in=list(only)).values("person_id")
        doses = doses.filter(patient__person_id__in=people)
    return doses.annotate(person=F("patient__person_id"))


def to_remind(*, now: datetime) -> QuerySet[Dose]:
    """Return the first doses of the days after which dose 2 is reminded of.

    Oldest first; one query, by the index of first doses.
    """
    today = oslo_date(now)
    newest = datetime.combine(today - timedelta(days=DAYS[0] - 1), time(), OSLO)
    of_these_days = first_doses().filter(given_at__gte=newest - LOOKED_BACK, given_at__lt=newest)
    return of_these_days.order_by("given_at", "pk")


def with_facts(doses: Iterable[Dose]) -> list[Dose]:
    """Return first doses with what stands in other rows of their persons, for ``facts_of``.

    Seven queries, each by the persons' keys and joined here: asked for each row of one big query
    instead, the database may read a table of decisions once for each person.
    """
    known = list(doses)
    theirs = {"patient__person_id__in": {vars(one)["person"] for one in known}}
    person = F("patient__person_id")
    planned = Cast(KeyTextTransform("doses", "course"), IntegerField())
    decisions = {
        row["person"]: row
        for row in Decision.objects.filter(**theirs)
        .order_by("patient__person_id", "-made_at")
        .distinct("patient__person_id")
        .values("outcome", "reasons", "interval_override_days", person=person, planned=planned)
    }
    later = Dose.objects.filter(voided_at=None, dose_number__gt=1, **theirs)
    given = set(later.values_list("patient__person_id", flat=True))
    nexts = Appointment.objects.filter(dose_number__gt=1, **theirs)
    booked, lost = set(), dict[UUID, datetime]()
    for of, status, ended_at in nexts.values_list("patient__person_id", "status", "ended_at"):
        if status in ACTIVE:
            booked.add(of)
        elif status in _LOST and ended_at:
            lost[of] = max(ended_at, lost.get(of, ended_at))
    had_mpox, reacts = _reactions(theirs)
    stopped = stopped_everywhere(vars(one)["person"] for one in known)
    answers = dict(
        NextAnswer.objects.filter(**theirs)
        .order_by("said_at")
        .values_list("patient__person_id", "end")
    )
    for one in known:
        of = vars(one)["person"]
        decided: Mapping[str, Any] = decisions.get(of, {})
        vars(one).update(
            outcome=decided.get("outcome"),
            reasons=decided.get("reasons"),
            doses_planned=decided.get("planned"),
            interval=decided.get("interval_override_days"),
            given=of in given,
            booked=of in booked,
            lost_at=lost.get(of),
            had_mpox=of in had_mpox,
            reaction=of in reacts,
            answer_end=answers.get(of),
            stopped=of in stopped,
        )
    return known


def _reactions(theirs: Mapping[str, object]) -> tuple[set[UUID], set[UUID]]:
    """Return who had mpox after a dose, and whose local reaction persists (R34); one query.

    Reading: one that was recovering as it was written down holds nothing back; the visit asks.
    """
    in_force = Reaction.objects.filter(replaced_by=None, **theirs).values_list(
        "patient__person_id", "kind", "outcome"
    )
    had_mpox, reacts = set(), set()
    for of, kind, outcome in in_force:
        if kind == Kind.FAILURE and outcome != Outcome.MISTAKE:
            had_mpox.add(of)
        elif kind == Kind.LOCAL and outcome == Outcome.NOT_RECOVERED:
            reacts.add(of)
    return had_mpox, reacts


def written_to(people: Iterable[UUID]) -> dict[UUID, list[Written]]:
    """Return what persons were reminded of, by person, oldest first; two queries."""
    person_of = dict(
        Patient.objects.filter(person_id__in=set(people)).values_list("pk", "person_id")
    )
    rows = (
        Message.objects.filter(kind=KIND, subject_id__in=person_of)
        .values("subject_id", "occasion")
        .annotate(at=Min("created_at"), sent_at=Min("ended_at", filter=Q(state=Message.State.SENT)))
        .order_by("at")
    )
    found: dict[UUID, list[Written]] = defaultdict(list)
    for row in rows:
        one = Written(code_of(row["occasion"]), row["at"], row["sent_at"])
        found[person_of[row["subject_id"]]].append(one)
    return found


def occasion_of(code: str, dose: Dose) -> str:
    """Return a message's occasion: which reminder, of which first dose."""
    return f"{code}:{oslo_date(dose.given_at):%Y%m%d}"


def code_of(occasion: str) -> str:
    """Return which reminder a message is."""
    return occasion.partition(":")[0]


def facts_of(
    dose: Dose, *, now: datetime, written: Mapping[UUID, list[Written]] | None = None
) -> NextDueFacts:
    """Return the facts about the person of a first dose that ``with_facts`` gave; no query.

    Reminders of an earlier first dose, which was voided since, do not count; those of one that was
    recorded anew for the same visit do.
    """
    dose_one_on, known = oslo_date(dose.given_at), vars(dose)
    sent = (written or {}).get(known["person"], ())
    lost_at: datetime | None = known["lost_at"]
    return NextDueFacts(
        today=oslo_date(now),
        dose_one_on=dose_one_on,
        first_day=dose_one_on + timedelta(days=known["interval"] or MIN_INTERVAL_DAYS),
        outcome=known["outcome"] or "",
        doses_planned=known["doses_planned"] or 0,
        reasons=frozenset(known["reasons"] or ()),
        given=known["given"],
        booked=known["booked"],
        lost_place_on=oslo_date(lost_at) if lost_at else None,
        had_mpox=known["had_mpox"],
        reaction_persists=known["reaction"],
        answer=_answer(known["answer_end"]),
        stopped=known["stopped"],
        sent=frozenset(one.code for one in sent if one.at > dose.given_at),
    )


def _answer(end: str | None) -> str:
    """Return what the newest answer means: "" nothing, open, or holds."""
    if end is None:
        return ""
    return {"": "open", NextAnswer.End.HOLDS.value: "holds"}.get(end, "")
