"""Writes down what happened to somebody after a dose (R42, R43)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.domain.reactions import Kind, Outcome, Seriousness, Step, Through, fits
from vaccinations.models import Dose, Reaction, ReactionEntry


class ReactionChangedError(Exception):
    """A colleague was first: it is ended, corrected or reported already, or does not go on."""


class DoesNotFitError(Exception):
    """How serious it was and how it ended contradict each other, or it lies before the dose."""


@dataclass(frozen=True)
class Told:
    """What is known of a reaction. Without ``onset_has_time`` only the day counts."""

    kind: Kind
    onset_at: datetime
    onset_has_time: bool
    description: str
    treatment: str
    seriousness: frozenset[Seriousness]
    outcome: Outcome


def begin_anaphylaxis(*, dose_id: UUID, by: Actor, now: datetime) -> Reaction:
    """Begin the sheet of an anaphylaxis that goes on now, or return the one that is begun.

    In the caller's transaction, which holds what keeps two from beginning it at once.
    """
    dose = Dose.objects.get(pk=dose_id)
    begun = Reaction.objects.filter(dose=dose, ended_at=None).first()
    if begun is not None:
        return begun
    reaction = Reaction.objects.create(
        patient_id=dose.patient_id,
        dose=dose,
        kind=Kind.ANAPHYLAXIS,
        onset_at=now,
        recorded_by_id=int(by.id),
        recorded_at=now,
    )
    ReactionEntry.objects.create(reaction=reaction, step=Step.STARTED, at=now, by_id=int(by.id))
    _record(reaction, "reaction.begun", by=by, now=now)
    return reaction


def add_entry(
    *, reaction_id: UUID, entry_id: UUID, step: Step, text: str, by: Actor, now: datetime
) -> None:
    """Add a line of what was done, by the server's clock; the same ``entry_id`` adds one line.

    Raises ReactionChangedError when the sheet is ended.
    """
    with transaction.atomic():
        reaction = _locked(reaction_id)
        if ReactionEntry.objects.filter(pk=entry_id).exists():
            return
        if reaction.ended_at is not None:
            raise ReactionChangedError
        ReactionEntry.objects.create(
            pk=entry_id, reaction=reaction, step=step, text=text, at=now, by_id=int(by.id)
        )
        _record(reaction, "reaction.entry_added", by=by, now=now)


def end_anaphylaxis(
    *,
    reaction_id: UUID,
    description: str,
    treatment: str,
    seriousness: frozenset[Seriousness],
    outcome: Outcome,
    by: Actor,
    now: datetime,
) -> None:
    """End a sheet with how serious it was and how it ended.

    Raises DoesNotFitError, ReactionChangedError.
    """
    if not fits(seriousness, outcome):
        raise DoesNotFitError
    with transaction.atomic():
        reaction = _locked(reaction_id)
        reaction.description, reaction.treatment = description, treatment
        _end(reaction, seriousness, outcome, by=by, now=now)


def close_mistake(*, reaction_id: UUID, by: Actor, now: datetime) -> None:
    """End a sheet that was opened by mistake, in which nobody has written.

    Raises ReactionChangedError.
    """
    with transaction.atomic():
        reaction = _locked(reaction_id)
        if reaction.entries.exclude(step=Step.STARTED).exists():
            raise ReactionChangedError
        _end(reaction, frozenset({Seriousness.NOT_SERIOUS}), Outcome.MISTAKE, by=by, now=now)


def record_reaction(
    *, reaction_id: UUID | None = None, dose_id: UUID, told: Told, by: Actor, now: datetime
) -> Reaction:
    """Write down a reaction that is over or was told of later; the same id adds one row.

    Raises DoesNotFitError.
    """
    dose = Dose.objects.get(pk=dose_id)
    with transaction.atomic():
        reaction, is_new = _insert(reaction_id or uuid4(), dose, told, None, by=by, now=now)
        if is_new:
            _record(reaction, "reaction.recorded", by=by, now=now)
    return reaction


def correct_reaction(*, reaction_id: UUID, told: Told, by: Actor, now: datetime) -> Reaction:
    """Write a corrected row that takes a reaction's place; the old one stays as it is.

    What was reported to melde.no stays with the old row: the correction is to be reported anew.
    Raises DoesNotFitError, ReactionChangedError.
    """
    with transaction.atomic():
        old = _locked(reaction_id)
        if old.ended_at is None or Reaction.objects.filter(replaces=old).exists():
            raise ReactionChangedError
        reaction, _is_new = _insert(uuid4(), old.dose, told, old, by=by, now=now)
        _record(reaction, "reaction.corrected", by=by, now=now)
    return reaction


def mark_reported(
    *,
    reaction_id: UUID,
    through: Through,
    on: date,
    reference: str,
    by: Actor,
    now: datetime,
) -> None:
    """Note that a reaction is reported, or that it is not to be. Once is enough (R42).

    Raises ReactionChangedError.
    """
    with transaction.atomic():
        changed = Reaction.objects.filter(
            pk=reaction_id, reported_at=None, ended_at__isnull=False, replaced_by=None
        ).update(
            reported_on=on,
            reported_through=through,
            report_reference=reference,
            reported_by=int(by.id),
            reported_at=now,
        )
        if not changed:
            raise ReactionChangedError
        reaction = Reaction.objects.get(pk=reaction_id)
        _record(reaction, "reaction.reported", by=by, now=now, reason=through)


def take_back_report(*, reaction_id: UUID, by: Actor, now: datetime) -> None:
    """Take back that a reaction was marked by mistake. Raises ReactionChangedError."""
    with transaction.atomic():
        changed = Reaction.objects.filter(pk=reaction_id, reported_at__isnull=False).update(
            reported_on=None,
            reported_through="",
            report_reference="",
            reported_by=None,
            reported_at=None,
        )
        if not changed:
            raise ReactionChangedError
        reaction = Reaction.objects.get(pk=reaction_id)
        _record(reaction, "reaction.report_taken_back", by=by, now=now)


def _end(
    reaction: Reaction,
    seriousness: frozenset[Seriousness],
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
) -> None:
    if reaction.ended_at is not None:
        raise ReactionChangedError
    reaction.seriousness, reaction.outcome = sorted(seriousness), outcome
    reaction.ended_at, reaction.ended_by_id = now, int(by.id)
    fields = ("description", "treatment", "seriousness", "outcome", "ended_at", "ended_by")
    reaction.save(update_fields=fields)
    _record(reaction, "reaction.ended", by=by, now=now)


def _insert(
    key: UUID, dose: Dose, told: Told, replaces: Reaction | None, *, by: Actor, now: datetime
) -> tuple[Reaction, bool]:
    if not fits(told.seriousness, told.outcome):
        raise DoesNotFitError
    there = Reaction.objects.filter(pk=key, dose=dose).first()
    if there is not None:
        return there, False
    reaction = Reaction(
        pk=key,
        patient_id=dose.patient_id,
        dose=dose,
        kind=told.kind,
        onset_at=told.onset_at,
        onset_has_time=told.onset_has_time,
        description=told.description,
        treatment=told.treatment,
        seriousness=sorted(told.seriousness),
        outcome=told.outcome,
        recorded_by_id=int(by.id),
        recorded_at=now,
        ended_at=now,
        ended_by_id=int(by.id),
        replaces=replaces,
    )
    try:
        with transaction.atomic():
            reaction.save(force_insert=True)
    except IntegrityError:
        there = Reaction.objects.filter(pk=key, dose=dose).first()
        if there is None:
            raise ReactionChangedError from None
        return there, False
    return reaction, True


def _locked(reaction_id: UUID) -> Reaction:
    return (
        Reaction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dose")
        .get(pk=reaction_id)
    )


def _record(reaction: Reaction, action: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        now=now,
        patient_id=reaction.patient_id,
        object_id=reaction.pk,
        reason=reason,
    )
