"""Waiting lists, offers and those passed over, broken by hand."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import F

from appointments.models import Appointment, Offer, OfferSkip, WaitingEntry
from tests.factories import make_decision, make_dose, make_patient
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


def waits(**fields: object) -> WaitingEntry:
    found = WaitingEntry.objects.filter(ended_at=None, **fields).order_by("joined_at", "pk").first()
    assert found
    return found


def offer(state: str, kind: str = "time") -> Offer:
    found = Offer.objects.filter(state=state, kind=kind).first()
    assert found
    return found


@corrupts("waiting.words")
def no_days(world: World) -> str:
    return change(waits(), weekdays=[])


@corrupts("waiting.words")
def an_eighth_day(world: World) -> str:
    return change(waits(), weekdays=[7])


@corrupts("waiting.words")
def an_unknown_part_of_the_day(world: World) -> str:
    return change(waits(), bands=["night"])


@corrupts("waiting.once", past="waiting_once")
def waits_twice(world: World) -> set[str]:
    one = waits()
    again = WaitingEntry.objects.get(pk=one.pk)
    again.pk = uuid4()
    again.save(force_insert=True)
    return {str(one.pk), str(again.pk)}


@corrupts("waiting.fields", past="waiting_for_something")
def waits_for_nothing(world: World) -> str:
    return change(waits(standby=False), wants_time=False)


@corrupts("waiting.fields", past="waiting_eta_iff_standby")
def on_standby_from_nowhere(world: World) -> str:
    return change(waits(standby=True), eta_minutes=None)


@corrupts("waiting.fields", past="waiting_quiet_hours_whole")
def half_a_night(world: World) -> str:
    return change(waits(), quiet_from="22:00")


@corrupts("waiting.fields", past="waiting_end_iff_ended")
def gone_for_no_reason(world: World) -> str:
    ended = WaitingEntry.objects.filter(ended_at__isnull=False).first()
    return change(ended, end="")


@corrupts("waiting.decision")
def decided_for_another(world: World) -> str:
    return change(waits(), decision=make_decision())


@corrupts("waiting.not_given")
def has_had_it(world: World) -> str:
    entry = waits()
    dose = make_dose(patient=make_patient(), now=NOW)
    type(dose).objects.filter(pk=dose.pk).update(patient_id=entry.patient_id)
    return str(entry.pk)


@corrupts("waiting.swept")
def waits_for_ever(world: World) -> str:
    return change(waits(), until=(NOW - 3 * A_DAY).date())


@corrupts("offer.words", past="offer_known_state offer_ended_iff_final")
def neither_yes_nor_no(world: World) -> str:
    return change(offer("declined"), state="perhaps")


@corrupts("offer.words", past="offer_ended_iff_final")
def declined_but_not_ended(world: World) -> str:
    return change(offer("declined"), ended_at=None)


@corrupts("offer.one_open", past="offer_one_open_per_person")
def two_open(world: World) -> set[str]:
    called, other = offer("open", "standby"), offer("accepted", "standby")
    change(other, state="open", ended_at=None, appointment=None, entry=called.entry)
    Appointment.objects.filter(standby=True).update(status="cancelled", ended_at=NOW)
    return {str(called.pk), str(other.pk)}


@corrupts("offer.held")
def held_for_too_short(world: World) -> str:
    one = offer("open")
    Appointment.objects.filter(pk=one.appointment_id).update(held_until=NOW + A_DAY)
    return str(one.pk)


@corrupts("offer.released")
def held_after_a_no(world: World) -> str:
    one = offer("declined")
    Appointment.objects.filter(pk=one.appointment_id).update(
        status="held", ended_at=None, held_until=NOW + A_DAY, seat=F("seat")
    )
    return str(one.pk)


@corrupts("offer.swept")
def never_ended(world: World) -> str:
    return change(offer("open", "standby"), answer_by=NOW - A_DAY)


@corrupts("offer.of_one_who_waits")
def offered_to_one_who_left(world: World) -> str:
    one = offer("open", "standby")
    change(one.entry, ended_at=NOW, end="left")
    return str(one.pk)


@corrupts("offer.standby")
def nobody_says_when(world: World) -> str:
    return change(offer("open", "standby"), come_by=None)


@corrupts("offer.standby")
def a_vial_for_a_time(world: World) -> str:
    vial = offer("open", "standby").vial
    return change(offer("declined"), vial=vial)


@corrupts("offer.accepted")
def yes_to_nothing(world: World) -> str:
    return change(offer("accepted", "standby"), appointment=None)


@corrupts("offer.doses")
def six_to_a_vial(world: World) -> set[str]:
    one = offer("accepted", "standby")
    made = [str(one.pk)]
    for _ in range(5):
        again = Offer.objects.get(pk=one.pk)
        again.pk = uuid4()
        again.save(force_insert=True)
        made.append(str(again.pk))
    return set(made)


@corrupts("offer.dose")
def held_for_another_dose(world: World) -> str:
    one = offer("open")
    Appointment.objects.filter(pk=one.appointment_id).update(dose_number=2)
    return str(one.pk)


@corrupts("seat.unless_standby", past="appointment_seat_unless_standby")
def nowhere_to_sit(world: World) -> str:
    return change(world.an("cancelled"), seat=None)


@corrupts("skip.words")
def for_no_known_reason(world: World) -> str:
    return change(OfferSkip.objects.first(), reason="mood")


@corrupts("skip.words", past="skip_once_a_reason")
def passed_over_twice(world: World) -> set[str]:
    one = OfferSkip.objects.first()
    assert one
    again = OfferSkip.objects.get(pk=one.pk)
    again.pk = uuid4()
    again.save(force_insert=True)
    return {str(one.pk), str(again.pk)}
