"""Puts people on a clinic's waiting list, and takes them off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from appointments.domain.time_bands import Band
from appointments.domain.waiting import OfferState, WaitEnd
from appointments.models import Offer, WaitingEntry
from appointments.services import waiting_messages
from appointments.services.offer_ends import end_offers
from appointments.services.offering import look_again
from appointments.services.standby import ask_next
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from patients.locks import lock_person
from patients.selectors import same_person
from patients.services.stops import set_any_hour
from vaccinations.selectors import doses_of


class NothingToWaitForError(Exception):
    """The patient has had this dose already."""


class NotWaitingError(Exception):
    """The person is not on the list any more."""


@dataclass(frozen=True)
class Wish:
    """What somebody waits for: days (Monday is 0), parts of the day, and until when.

    ``eta_minutes`` is how soon a standby person can be there; quiet hours are by the clock in Oslo.
    ``any_hour``: a dose that is left over may be offered at night. That is kept with the person, as
    it is the same wherever they wait.
    """

    wants_time: bool
    standby: bool
    weekdays: tuple[int, ...]
    bands: tuple[Band, ...]
    until: date
    eta_minutes: int | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    any_hour: bool = False

    def fields(self) -> dict[str, object]:
        """Return the entry's fields."""
        return {
            **{name: value for name, value in asdict(self).items() if name != "any_hour"},
            "weekdays": sorted(self.weekdays),
            "bands": [band.value for band in self.bands],
            "eta_minutes": self.eta_minutes if self.standby else None,
        }


def join(
    *,
    patient_id: UUID,
    clinic_id: int,
    decision_id: UUID,
    dose_number: int,
    route: str,
    not_before: date | None,
    wish: Wish,
    by: Actor,
    now: datetime,
) -> WaitingEntry:
    """Put somebody on a clinic's list. Who is on it already keeps their place, with the new wish.

    Raises NothingToWaitForError.
    """
    if any(dose.dose_number == dose_number for dose in doses_of([patient_id])[patient_id]):
        raise NothingToWaitForError
    with transaction.atomic():
        rows = lock_person(patient_id)
        of_person = WaitingEntry.objects.filter(
            patient__in=rows, clinic_id=clinic_id, dose_number=dose_number, ended_at=None
        )
        known = of_person.first()
        if known is None:
            try:
                with transaction.atomic():
                    entry = WaitingEntry.objects.create(
                        patient_id=patient_id,
                        clinic_id=clinic_id,
                        decision_id=decision_id,
                        dose_number=dose_number,
                        route=route,
                        not_before=not_before,
                        joined_at=now,
                        **wish.fields(),
                    )
            except IntegrityError:  # the button was pressed twice at once
                known = of_person.get()
        if known is not None:
            answered = {"decision_id": decision_id, "route": route, "not_before": not_before}
            return change(entry_id=known.pk, wish=wish, by=by, now=now, answered=answered)
        _keep_any_hour(entry, wish, by=by, now=now)
        record(action="waiting.joined", by=by, now=now, patient_id=patient_id, object_id=entry.pk)
        waiting_messages.joined(entry, now=now)
        look_again(clinic_id, now=now)
    return entry


def change(
    *,
    entry_id: UUID,
    wish: Wish,
    by: Actor,
    now: datetime,
    answered: Mapping[str, object] | None = None,
) -> WaitingEntry:
    """Change what somebody waits for; the place in line stays. Raises NotWaitingError.

    ``answered`` are decision, route and first day, when the person has answered the questions
    again. An offer that is open stays open, unless it is of another route or first day: it can
    still be answered. The same again changes nothing.
    """
    with transaction.atomic():
        fields = wish.fields() | dict(answered or {})
        waiting = WaitingEntry.objects.select_for_update(no_key=True)
        entry = waiting.filter(pk=entry_id, ended_at=None).first()
        if entry is None:
            raise NotWaitingError
        _keep_any_hour(entry, wish, by=by, now=now)
        changed = [name for name, value in fields.items() if getattr(entry, name) != value]
        if not changed:
            return entry
        for name in changed:
            setattr(entry, name, fields[name])
        entry.save(update_fields=changed)
        if {"route", "not_before"} & set(changed):
            offers = Offer.objects.filter(entry=entry)
            end_offers(offers, OfferState.WITHDRAWN, by=by, now=now)
        record(
            action="waiting.changed",
            by=by,
            now=now,
            patient_id=entry.patient_id,
            object_id=entry_id,
        )
        look_again(entry.clinic_id, now=now)
    return entry


def _keep_any_hour(entry: WaitingEntry, wish: Wish, *, by: Actor, now: datetime) -> None:
    if wish.standby:
        set_any_hour(patient_id=entry.patient_id, any_hour=wish.any_hour, by=by, now=now)


def leave(
    *, entry_id: UUID, by: Actor, now: datetime, end: WaitEnd = WaitEnd.LEFT, reason: str = ""
) -> int:
    """Take one person off one list, with an offer that is open; return how many (0 or 1).

    ``end`` is REMOVED, with the reason, when staff do it.
    """
    return _end(WaitingEntry.objects.filter(pk=entry_id), end, by=by, now=now, reason=reason)


def end_waiting(
    *,
    patient_id: UUID,
    dose_number: int,
    end: WaitEnd,
    now: datetime,
    by: Actor | None = None,
) -> int:
    """End a patient's waits for a dose at all clinics, and their open offers; return how many.

    With GIVEN also those for earlier doses. Call it in the transaction that books or gives, before
    an appointment's row is changed or locked there: whoever is just accepting an offer takes the
    rows in the same order.
    """
    entries = WaitingEntry.objects.filter(patient__in=same_person(patient_id))
    entries = (
        entries.filter(dose_number__lte=dose_number)
        if end is WaitEnd.GIVEN
        else entries.filter(dose_number=dose_number)
    )
    return _end(entries, end, by=by or Actor.system(), now=now)


def wait_after_all(entry: WaitingEntry, *, by: Actor, now: datetime) -> bool:
    """Put somebody back in line where they stood, as they were not given the dose after all.

    Tell whether they are: not whose last day to wait is over, who has joined anew, or who has had
    the dose otherwise.
    """
    given = doses_of([entry.patient_id])[entry.patient_id]
    if entry.until < oslo_date(now) or any(one.dose_number == entry.dose_number for one in given):
        return False
    with transaction.atomic():
        joined = WaitingEntry.objects.filter(
            patient__in=lock_person(entry.patient_id),
            clinic_id=entry.clinic_id,
            dose_number=entry.dose_number,
            ended_at=None,
        )
        if joined.exists():
            return False
        WaitingEntry.objects.filter(pk=entry.pk).update(ended_at=None, end="")
        record(
            action="waiting.joined",
            by=by,
            now=now,
            patient_id=entry.patient_id,
            object_id=entry.pk,
            reason="dose_voided",
        )
        look_again(entry.clinic_id, now=now)
    return True


def expire_waits(*, now: datetime) -> int:
    """End the waits whose last day is over; return how many. Safe to run twice at once.

    Whoever has an offer to answer keeps it until its own end.
    """
    answering = Offer.objects.filter(entry=OuterRef("pk"), state=OfferState.OPEN.value)
    over = WaitingEntry.objects.filter(~Exists(answering), until__lt=oslo_date(now))
    return _end(over, WaitEnd.EXPIRED, by=Actor.system(), now=now)


def _end(entries: object, end: WaitEnd, *, by: Actor, now: datetime, reason: str = "") -> int:
    with transaction.atomic():
        found = list(
            entries.filter(ended_at=None)  # type: ignore[attr-defined]
            .select_for_update(no_key=True)
            .order_by("pk")
            .only("pk", "patient_id", "clinic_id")
        )
        if not found:
            return 0
        ids = [one.pk for one in found]
        WaitingEntry.objects.filter(pk__in=ids).update(ended_at=now, end=end.value)
        freed = end_offers(
            Offer.objects.filter(entry__in=ids), OfferState.WITHDRAWN, by=by, now=now
        )
        for one in found:
            record(
                action=f"waiting.{end.value}",
                by=by,
                now=now,
                patient_id=one.patient_id,
                object_id=one.pk,
                reason=reason,
            )
        ask_next(freed, now=now)
    return len(found)
