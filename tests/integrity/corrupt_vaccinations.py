"""Vials and doses, broken by hand."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F

from tests.factories import make_dose, make_patient, make_vial
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World
from vaccinations.models import (
    DeviationSeen,
    Dose,
    Lot,
    Recall,
    RecallContact,
    StandingOrder,
    Vial,
)


def vial_that(**fields: Any) -> Vial:
    vial = Vial.objects.filter(**fields).first()
    assert vial
    return vial


@corrupts("vial.lot_of_clinic")
def of_another_clinics_lot(world: World) -> str:
    vial = vial_that(doses=None) if Vial.objects.filter(doses=None).exists() else vial_that()
    return change(vial, lot=Lot.objects.get(number="9X99"))


@corrupts("vial.letter_once", past="vial_letter_once")
def two_vials_with_one_letter(world: World) -> set[str]:
    one, two = Vial.objects.filter(day=world.day.session.date)[:2]
    return {change(two, letter=one.letter), str(one.pk)}


@corrupts("vial.window", past="vial_window_not_empty")
def used_before_opened(world: World) -> str:
    return change(vial_that(closed_at=None), use_before=F("opened_at"))


@corrupts("vial.window")
def usable_for_ever(world: World) -> str:
    return change(vial_that(), use_before=F("opened_at") + timedelta(hours=9))


@corrupts("vial.discard_reason", past="vial_discard_has_reason")
def thrown_away_for_nothing(world: World) -> str:
    return change(vial_that(discarded__gt=0), discard_reason="")


@corrupts("vial.discard_reason")
def unknown_reason(world: World) -> str:
    return change(vial_that(discarded__gt=0), discard_reason="drunk")


@corrupts("vial.balance")
def six_of_five(world: World) -> str:
    return change(vial_that(doses__route="subcutaneous"), not_obtainable=1)


@corrupts("vial.balance")
def one_dose_more(world: World) -> str:
    vial = vial_that(discarded__gt=0)
    change(vial, closed_at=None)
    change(make_dose(vial=make_vial(now=NOW), now=NOW), vial=vial)
    return str(vial.pk)


@corrupts("vial.closed")
def spent_and_open(world: World) -> str:
    return change(vial_that(discarded__gt=0), closed_at=None)


@corrupts("vial.closed")
def closed_with_vaccine_in_it(world: World) -> str:
    return change(vial_that(closed_at=None), closed_at=NOW)


@corrupts("vial.closed")
def void_of_the_last_dose(world: World) -> str:
    dose = Dose.objects.get(route="subcutaneous")
    change(dose, voided_at=NOW, voided_by=world.day.nurse)
    return str(dose.vial_id)


@corrupts("dose.words")
def in_the_leg(world: World) -> str:
    return change(world.second_dose, site="left_leg")


@corrupts("dose.copies")
def another_lot_number(world: World) -> str:
    return change(world.second_dose, lot_number="WRONG")


@corrupts("dose.copies")
def another_expiry(world: World) -> str:
    return change(world.second_dose, lot_expires_on=date(2027, 1, 1))


@corrupts("dose.copies")
def another_use_before(world: World) -> str:
    return change(world.second_dose, use_before=F("use_before") + timedelta(minutes=1))


@corrupts("dose.copies")
def another_lot(world: World) -> str:
    return change(world.second_dose, lot=Lot.objects.get(number="9X99"))


@corrupts("dose.in_window")
def after_the_window(world: World) -> str:
    return change(world.second_dose, given_at=F("use_before"))


@corrupts("dose.in_window")
def before_it_was_opened(world: World) -> str:
    return change(world.second_dose, given_at=F("given_at") - timedelta(minutes=1))


@corrupts("dose.in_date")
def after_the_lots_day(world: World) -> str:
    return change(world.second_dose, lot_expires_on=world.day.session.date - timedelta(days=1))


@corrupts("dose.explained", past="dose_within_limits_or_explained")
def outside_and_nobody_says_why(world: World) -> str:
    return change(world.second_dose, within_limits=False)


@corrupts("dose.volume", past="dose_volume_fits_route")
def half_a_dose(world: World) -> str:
    return change(world.second_dose, volume_ml="0.05")


@corrupts("dose.void_signed", past="dose_void_is_signed")
def voided_by_nobody(world: World) -> str:
    return change(world.second_dose, voided_at=NOW)


@corrupts("dose.number_once", past="dose_number_once")
def two_second_doses(world: World) -> set[str]:
    return {change(world.first_dose, dose_number=2), str(world.second_dose.pk)}


@corrupts("dose.number_order")
def second_before_first(world: World) -> str:
    change(world.first_dose, dose_number=3)
    return str(world.second_dose.pk)


@corrupts("dose.number_order")
def number_nought(world: World) -> str:
    return change(world.first_dose, dose_number=0)


@corrupts("dose.previous")
def forgets_the_first(world: World) -> str:
    return change(world.second_dose, previous_dose_on=None)


@corrupts("dose.previous")
def names_an_earlier_day(world: World) -> str:
    return change(world.second_dose, previous_dose_on=F("previous_dose_on") - timedelta(days=1))


@corrupts("dose.previous")
def first_with_a_previous(world: World) -> str:
    return change(world.first_dose, previous_dose_on=date(2026, 1, 1))


@corrupts("dose.previous")
def names_a_day_to_come(world: World) -> str:
    return change(world.second_dose, previous_dose_on=date(2027, 1, 1))


@corrupts("dose.interval")
def after_27_days(world: World) -> str:
    day = world.day.session.date
    return change(world.second_dose, previous_dose_on=day - timedelta(days=27))


@corrupts("dose.order")
def given_on_another_clinics_order(world: World) -> str:
    foreign = StandingOrder.objects.filter(clinic=world.other_clinic).first()
    assert foreign
    return change(world.first_dose, standing_order=foreign)


@corrupts("dose.order")
def given_before_the_order_held(world: World) -> set[str]:
    order = world.first_dose.standing_order
    assert order
    change(order, valid_from=NOW.date() + timedelta(days=1))
    return {str(pk) for pk in order.dose_set.filter(voided_at=None).values_list("pk", flat=True)}


@corrupts("dose.replaces")
def in_place_of_one_in_force(world: World) -> str:
    return change(world.second_dose, replaces=world.first_dose)


@corrupts("dose.replaces")
def in_place_of_another_persons(world: World) -> str:
    voided = Dose.objects.exclude(voided_at=None).exclude(patient=world.second_dose.patient).first()
    return change(world.second_dose, replaces=voided)


@corrupts("dose.deviation")
def deviation_without_a_reason(world: World) -> str:
    return change(world.second_dose, deviation="window")


@corrupts("dose.deviation")
def deviation_in_nothing_known(world: World) -> str:
    return change(world.second_dose, deviation="window weather", deviation_reason="Det regnet.")


@corrupts("deviation.seen")
def seen_what_is_none(world: World) -> str:
    seen = DeviationSeen.objects.create(
        dose=world.second_dose, seen_at=NOW, seen_by=world.day.nurse, comment="Greit."
    )
    return str(seen.pk)


@corrupts("vial.not_opened")
def drawn_from_a_closed_stopper(world: World) -> str:
    dose = Dose.objects.filter(vial__closed_at=None).first()
    assert dose
    opened = dose.vial
    unopened = Vial.all_rows.get(not_opened_at__isnull=False)
    copies = {"lot_number": unopened.lot.number, "lot_expires_on": unopened.lot.expires_on}
    assert unopened.lot_id == opened.lot_id
    return change(dose, vial=unopened, use_before=unopened.use_before, **copies)


@corrupts("vial.recalled_closed")
def open_of_a_recalled_lot(world: World) -> str:
    vial = vial_that(lot__recall__isnull=False)
    return change(vial, closed_at=None, discarded=0, discard_reason="")


@corrupts("recall.state")
def recalled_without_effect(world: World) -> str:
    recall = Recall.objects.get()
    change(recall.lot, state=Lot.State.QUARANTINED)
    return str(recall.pk)


@corrupts("recall.contact")
def a_stranger_to_call(world: World) -> str:
    return change(RecallContact.objects.get(), patient=make_patient())
