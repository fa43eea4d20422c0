from celery import shared_task
from django.utils import timezone

from appointments.services import (
    following,
    holding,
    next_due,
    offers,
    repairs,
    standby_withdrawals,
    waiting,
    waves,
)
from eligibility.services import interests


@shared_task(name="appointments.tasks.expire_holds")
def expire_holds() -> int:
    """Free the seats of holds that have run out."""
    return holding.expire_holds(now=timezone.now())


@shared_task(name="appointments.tasks.drop_lone_next")
def drop_lone_next() -> int:
    """Free the places of dose 2 whose dose 1 came to nothing."""
    return following.drop_lone(now=timezone.now())


@shared_task(name="appointments.tasks.send_waves")
def send_waves() -> int:
    """Tell the next people that there are times for their group."""
    return waves.send_waves(now=timezone.now())


@shared_task(name="appointments.tasks.drop_old_interests")
def drop_old_interests() -> int:
    """Drop what is kept of people who waited for six months, or were told a month ago."""
    return interests.drop_old(now=timezone.now())


@shared_task(name="appointments.tasks.offer_free_times")
def offer_free_times() -> int:
    """End the offers that nobody answered in time, and offer what is free to the next in line."""
    now = timezone.now()
    return offers.lapse_offers(now=now) + offers.offer_free_times(now=now)


@shared_task(name="appointments.tasks.withdraw_unmeetable")
def withdraw_unmeetable() -> int:
    """Take back the invitations that can no longer be met."""
    return standby_withdrawals.withdraw_unmeetable(now=timezone.now())


@shared_task(name="appointments.tasks.expire_waits")
def expire_waits() -> int:
    """Take those off the lists whose last day is over."""
    return waiting.expire_waits(now=timezone.now())


@shared_task(name="appointments.tasks.start_due_repairs")
def start_due_repairs() -> int:
    """Plan the sessions whose cutoff has come."""
    return repairs.start_due_repairs(now=timezone.now())


@shared_task(name="appointments.tasks.finish_due_repairs")
def finish_due_repairs() -> int:
    """Move those who said yes, when all have answered or the time to answer is over."""
    return repairs.finish_due_repairs(now=timezone.now())


@shared_task(name="appointments.tasks.remind_of_next")
def remind_of_next() -> int:
    """Remind those who can have dose 2 and have no place for it."""
    return next_due.remind_of_next(now=timezone.now())
