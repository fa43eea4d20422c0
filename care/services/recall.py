"""Recalls a lot: what it would mean, and the one act that does it all."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, Offer
from appointments.services.standby_withdrawals import withdraw_soon
from audit.domain import Actor
from notifications.services.outbox import Wanted, channels_of, queue_all
from patients.models import Patient
from vaccinations.models import Dose, Lot, Recall, Vial
from vaccinations.selectors import Stock, stock_of, with_stock
from vaccinations.services.recalls import recall_lot
from vaccinations.services.shortages import Shortage, shortages

MESSAGE = "recall"
# A person is asked to call once for a recall.
ONCE = "1"


@dataclass(frozen=True)
class Preview:
    """What recalling a lot means. ``messages`` counts people by how they are reached, "none" last.

    ``next_doses`` are those people's coming appointments here, by time, ``next_elsewhere`` how many
    they have at other clinics, which may tell the group; ``short`` are the days that lack vials
    without the lot, and did not before.
    """

    stock: Stock
    people: tuple[Patient, ...]
    doses: int
    open_vials: tuple[Vial, ...]
    next_doses: tuple[Appointment, ...]
    next_elsewhere: int
    short: tuple[Shortage, ...]
    messages: Counter[str]
    elsewhere: tuple[Lot, ...]

    @property
    def unreachable(self) -> int:
        """How many get no message and can only be called, or written to."""
        return self.messages["none"]


def preview(*, lot_id: int, clinic_id: int, now: datetime) -> Preview:
    """Tell what recalling a lot would mean; changes nothing. Raises Lot.DoesNotExist."""
    lots = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).select_related("product", "clinic")
    stock = stock_of(with_stock(lots, now=now).get())
    given = Dose.objects.filter(lot_id=lot_id, voided_at=None).select_related(
        "patient__merged_into"
    )
    doses = list(given.order_by("given_at", "pk"))
    people = {dose.patient.person_id: dose.patient.kept for dose in doses}
    coming = Appointment.objects.filter(
        patient__person_id__in=people, status=Status.BOOKED, slot__starts_at__gt=now
    )
    before = {(one.promise.page, one.vials) for one in shortages([clinic_id], now=now)}
    without = shortages([clinic_id], now=now, without_lot=lot_id)
    return Preview(
        stock=stock,
        people=tuple(people.values()),
        doses=len(doses),
        open_vials=tuple(Vial.objects.filter(lot_id=lot_id, closed_at=None).order_by("letter")),
        next_doses=tuple(
            coming.filter(slot__session__clinic_id=clinic_id)
            .select_related("slot__session__clinic", "patient__merged_into")
            .order_by("slot__starts_at")
        ),
        next_elsewhere=coming.exclude(slot__session__clinic_id=clinic_id).count(),
        short=tuple(one for one in without if (one.promise.page, one.vials) not in before),
        messages=Counter(one.contact_by for one in people.values()),
        elsewhere=tuple(
            Lot.objects.filter(product_id=stock.lot.product_id, number=stock.lot.number)
            .exclude(pk=lot_id)
            .select_related("clinic")
            .order_by("clinic__name")
        ),
    )


def recall(*, lot_id: int, clinic_id: int, reason: str, by: Actor, now: datetime) -> Recall:
    """Recall a lot: stop it, close its open vials, note its people, and ask them to call.

    Called again, it changes nothing but for people whose dose was recorded since: they are noted
    and asked too. Raises LotUnknownError, ReasonMissingError, LotChangedMeanwhileError.
    """
    with transaction.atomic():
        done = recall_lot(lot_id=lot_id, clinic_id=clinic_id, reason=reason, by=by, now=now)
        contacts = done.contacts.filter(told_at=None).select_related("patient__merged_into")
        queue_all(
            [
                Wanted(
                    kind=MESSAGE,
                    subject_id=contact.pk,
                    occasion=ONCE,
                    due_at=now,
                    channels=channels_of(contact.patient.kept.contact_by),
                    clinic_id=clinic_id,
                )
                for contact in contacts
            ],
            now=now,
        )
        invited = Offer.objects.filter(vial__lot_id=lot_id).values("session_id")
        for session_id in ClinicSession.objects.filter(pk__in=invited, ends_at__gt=now).values_list(
            "pk", flat=True
        ):
            withdraw_soon(session_id, now=now)
    return done


def unnoted(recall: Recall) -> int:
    """Count people who had a dose of the lot that was recorded after its recall."""
    noted = recall.contacts.values("patient__person_id")
    counted = Dose.objects.filter(lot_id=recall.lot_id, voided_at=None)
    return (
        counted.exclude(patient__person_id__in=noted)
        .values("patient__person_id")
        .distinct()
        .count()
    )
