"""Sessions, slots, seats and appointments, broken by hand."""

from datetime import timedelta

from django.db.models import F

from appointments.models import Appointment, ClinicSession, PlanningNumbers
from tests.factories import make_decision
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


@corrupts("session.state")
def unknown_state(world: World) -> str:
    return change(world.day.session, state="ajar")


@corrupts("session.date")
def another_day(world: World) -> str:
    return change(world.day.session, date=F("date") + A_DAY)


@corrupts("session.times", past="session_ends_after_start session_alone_at_its_clinic")
def ends_first(world: World) -> str:
    return change(world.day.session, ends_at=F("starts_at") - A_DAY)


@corrupts("session.alone", past="session_alone_at_its_clinic")
def two_at_once(world: World) -> set[str]:
    held = ClinicSession.objects.exclude(state="cancelled")
    later = held.filter(starts_at__gt=world.day.session.starts_at).earliest("starts_at")
    when = {"starts_at": world.day.session.starts_at, "ends_at": world.day.session.ends_at}
    return {change(later, **when), str(world.day.session.pk)}


@corrupts("session.times")
def late_cutoff(world: World) -> str:
    return change(world.day.session, cutoff_at=F("starts_at") + A_DAY)


@corrupts("session.room", past="session_has_room")
def no_stations(world: World) -> str:
    return change(world.day.session, stations=0)


@corrupts("session.room", past="session_window_1_to_480")
def endless_window(world: World) -> str:
    return change(world.day.session, window_minutes=481)


@corrupts("session.room")
def unknown_group(world: World) -> str:
    return change(world.day.session, offered_groups=[2, 4])


@corrupts("session.policy")
def a_number_out_of_bounds(world: World) -> str:
    return change(world.day.session, policy={"booked_per_vial": 0})


@corrupts("session.policy")
def a_number_nobody_knows(world: World) -> str:
    return change(world.day.session, policy={"luck": 7})


@corrupts("session.policy")
def a_number_in_words(world: World) -> str:
    return change(world.day.session, policy={"margin_min": "ten"})


@corrupts("session.policy")
def yields_that_do_not_sum_to_one(world: World) -> str:
    return change(world.day.session, policy={"yield_mass": [[4, 0.5]]})


@corrupts("session.policy")
def no_numbers_at_all(world: World) -> str:
    return change(world.day.session, policy=[5, 10])


@corrupts("planning.numbers", past="planning_margin_min")
def an_endless_margin(world: World) -> str:
    return change(PlanningNumbers.objects.get(clinic=world.day.clinic), margin_min=999)


@corrupts("planning.numbers")
def more_than_share_a_vial(world: World) -> str:
    own = PlanningNumbers.objects.get(clinic=world.day.clinic)
    return change(own, booked_per_vial=3, open_threshold=4)


@corrupts("session.expected")
def cancelled_under_people(world: World) -> set[str]:
    change(world.day.session, state="cancelled")
    expected = Appointment.objects.filter(
        slot__session=world.day.session, status__in=["booked", "arrived"]
    )
    return {str(one.pk) for one in expected}


@corrupts("session.vials")
def fewer_vials(world: World) -> str:
    return change(world.day.session, vials_allotted=1)


@corrupts("session.vials")
def a_vial_each(world: World) -> str:
    change(world.day.session, vials_allotted=2)
    Appointment.objects.filter(slot__session=world.day.session).update(route="subcutaneous")
    return str(world.day.session.pk)


@corrupts("slot.capacity")
def more_room_than_stations(world: World) -> str:
    return change(world.day.session.slots.last(), capacity=3)


@corrupts("appointment.time_remains")
def expected_at_a_time_that_is_no_more(world: World) -> set[str]:
    arrived = world.an("arrived")
    change(arrived.slot, capacity=0)
    there = Appointment.objects.filter(slot=arrived.slot, status__in=["booked", "arrived"])
    return {str(one.pk) for one in there}


@corrupts("slot.inside")
def ends_after_the_session(world: World) -> str:
    return change(
        world.day.session.slots.last(), starts_at=world.day.session.ends_at - timedelta(minutes=9)
    )


@corrupts("slot.inside")
def begins_before_the_session(world: World) -> str:
    return change(
        world.day.session.slots.first(),
        starts_at=world.day.session.starts_at - timedelta(minutes=1),
    )


@corrupts("seat.once", past="appointment_seat_once")
def two_on_a_seat(world: World) -> set[str]:
    booked, arrived = world.an("booked"), world.an("arrived")
    return {change(booked, slot=arrived.slot, seat=arrived.seat), str(arrived.pk)}


@corrupts("seat.within_capacity")
def a_seat_too_many(world: World) -> str:
    return change(world.an("booked"), seat=3)


@corrupts("seat.within_capacity")
def no_seat(world: World) -> str:
    return change(world.an("held"), seat=0)


@corrupts("appointment.one_active", past="appointment_one_active_per_dose")
def booked_twice(world: World) -> set[str]:
    booked, arrived = world.an("booked"), world.an("arrived")
    return {change(booked, patient_id=arrived.patient_id), str(arrived.pk)}


@corrupts("hold.one_per_browser", past="appointment_one_hold_per_browser")
def two_holds(world: World) -> set[str]:
    held, expired = world.an("held"), world.an("expired")
    again = change(expired, status="held", seat=2, browser_hash=held.browser_hash)
    return {str(held.pk), again}


@corrupts("hold.swept")
def left_lying(world: World) -> str:
    return change(world.an("held"), held_until=NOW - timedelta(minutes=15))


@corrupts("appointment.words", past="appointment_known_status")
def unknown_status(world: World) -> str:
    return change(world.an("booked"), status="asleep")


@corrupts("appointment.words")
def unknown_route(world: World) -> str:
    return change(world.an("booked"), route="by post")


@corrupts("appointment.fields")
def held_for_nobody(world: World) -> str:
    return change(world.an("held"), browser_hash="")


@corrupts("appointment.fields")
def held_for_ever(world: World) -> str:
    return change(world.an("held"), held_until=None)


@corrupts("appointment.fields", past="appointment_has_patient")
def booked_for_nobody(world: World) -> str:
    return change(world.an("booked"), patient=None)


@corrupts("appointment.fields", past="appointment_has_patient")
def booked_on_no_decision(world: World) -> str:
    return change(world.an("booked"), decision=None)


@corrupts("appointment.fields")
def booked_with_a_browser(world: World) -> str:
    return change(world.an("booked"), browser_hash="f" * 64)


@corrupts("appointment.fields")
def booked_and_arrived(world: World) -> str:
    return change(world.an("booked"), arrived_at=NOW)


@corrupts("appointment.fields")
def arrived_without_time(world: World) -> str:
    return change(world.an("arrived"), arrived_at=None)


@corrupts("appointment.fields")
def arrived_without_id(world: World) -> str:
    return change(world.an("arrived"), id_seen_by=None)


@corrupts("appointment.fields", past="appointment_dose_iff_vaccinated")
def dose_without_vaccination(world: World) -> str:
    return change(world.an("arrived"), dose=world.first_dose)


@corrupts("appointment.fields", past="appointment_dose_iff_vaccinated")
def vaccination_without_dose(world: World) -> str:
    return change(world.an("vaccinated"), dose=None)


@corrupts("appointment.fields")
def endings_without_end(world: World) -> set[str]:
    ended = ("vaccinated", "turned_away", "left", "declined", "cancelled", "no_show", "expired")
    return {change(world.an(status), ended_at=None) for status in ended}


@corrupts("appointment.fields")
def ends_too_soon(world: World) -> set[str]:
    return {change(world.an(status), ended_at=NOW) for status in ("held", "booked", "arrived")}


@corrupts("appointment.date")
def dated_the_day_after(world: World) -> str:
    return change(world.an("booked"), date=F("date") + A_DAY)


@corrupts("appointment.not_before", past="appointment_not_before")
def before_its_day(world: World) -> str:
    return change(world.an("booked"), not_before=F("date") + A_DAY)


@corrupts("appointment.follows")
def a_day_too_close(world: World) -> str:
    dose_two = Appointment.objects.get(dose_number=2)
    change(dose_two, not_before=None)
    return change(world.an("vaccinated").dose, given_at=F("given_at") + A_DAY) and str(dose_two.pk)


@corrupts("appointment.decision")
def on_anothers_decision(world: World) -> str:
    return change(world.an("booked"), decision=make_decision())


@corrupts("appointment.dose")
def voided_yet_vaccinated(world: World) -> str:
    dose = world.an("vaccinated").dose
    assert dose
    change(dose, voided_at=NOW, voided_by=world.day.nurse)
    return str(world.an("vaccinated").pk)


@corrupts("appointment.dose")
def anothers_dose(world: World) -> str:
    return change(world.an("vaccinated"), dose=world.first_dose)


@corrupts("appointment.dose")
def dose_at_another_clinic(world: World) -> str:
    change(world.day.session, clinic=world.other_clinic)
    return str(world.an("vaccinated").pk)


@corrupts("appointment.fields", past="appointment_observed_if_vaccinated")
def observed_without_a_dose(world: World) -> str:
    return change(world.an("arrived"), observe_until=NOW)


@corrupts("appointment.release", past="appointment_release_is_signed")
def let_go_by_nobody(world: World) -> str:
    return change(world.an("vaccinated"), released_at=NOW, released_by=None)


@corrupts("appointment.release")
def let_go_before_the_dose(world: World) -> str:
    came = world.an("vaccinated")
    assert came.dose
    return change(came, released_at=came.dose.given_at - A_DAY, released_by=world.day.nurse)


@corrupts("appointment.observation")
def observed_before_the_dose(world: World) -> str:
    came = world.an("vaccinated")
    assert came.dose
    return change(came, observe_until=came.dose.given_at - A_DAY)


@corrupts("appointment.ending", past="appointment_end_told_once_ended")
def a_reason_for_what_goes_on(world: World) -> str:
    return change(world.an("arrived"), end_reason="no_id")


@corrupts("appointment.ending", past="appointment_end_told_once_ended")
def a_call_to_who_is_expected(world: World) -> str:
    return change(world.an("booked"), call_back=True)


@corrupts("appointment.assumed", past="appointment_arrival_assumed_by_dose")
def came_by_a_dose_that_is_not_there(world: World) -> str:
    return change(world.an("arrived"), arrival_assumed=True)


@corrupts(
    "appointment.walk_in", past="appointment_walk_in_has_no_seat appointment_seat_unless_standby"
)
def a_seat_without_a_time(world: World) -> str:
    return change(world.an("arrived"), walk_in=True)


@corrupts("session.late", past="session_late_by_1_to_240")
def late_without_a_moment(world: World) -> str:
    return change(world.day.session, late_minutes=30)


@corrupts("session.late", past="session_late_by_1_to_240")
def late_for_days(world: World) -> str:
    return change(world.day.session, late_minutes=241, late_since=NOW)


@corrupts("appointment.told_time", past="appointment_told_a_later_time")
def told_an_earlier_time(world: World) -> str:
    return change(world.an("booked"), told_time=NOW, told_time_of=NOW + A_DAY)


@corrupts("appointment.told_time", past="appointment_told_a_later_time")
def told_a_time_of_no_time(world: World) -> str:
    return change(world.an("booked"), told_time=NOW)
