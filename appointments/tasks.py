from celery import shared_task
from django.utils import timezone

from appointments.services import (
    following,
    holding,
    offers,
    repairs,
    standby_withdrawals,
    waiting,
    waves,
)
from eligibility.services import interests


@shared_task(name="appointments.tasks.expire_holds")
def expire_holds() -> None:
    """Free the seats of holds that have run out."""
    holding.expire_holds(now=timezone.now())


@shared_task(name="appointments.tasks.drop_lone_next")
def drop_lone_next() -> None:
    """Free the places of dose 2 whose dose 1 came to nothing."""
    following.drop_lone(now=timezone.now())


@shared_task(name="appointments.tasks.send_waves")
def send_waves() -> None:
    """Tell the next people that there are times for their group."""
    waves.send_waves(now=timezone.now())


@shared_task(name="appointments.tasks.drop_old_interests")
def drop_old_interests() -> None:
    """Drop what is kept of people who waited for six months, or were told a month ago."""
    interests.drop_old(now=timezone.now())


@shared_task(name="appointments.tasks.offer_free_times")
def offer_free_times() -> None:
    """End the offers that nobody answered in time, and offer what is free to the next in line."""
    now = timezone.now()
    offers.lapse_offers(now=now)
    offers.offer_free_times(now=now)


@shared_task(name="appointments.tasks.withdraw_unmeetable")
def withdraw_unmeetable() -> None:
    """Take back the invitations that can no longer be met."""
    standby_withdrawals.withdraw_unmeetable(now=timezone.now())


@shared_task(name="appointments.tasks.expire_waits")
def expire_waits() -> None:
    """Take those off the lists whose last day is over."""
    waiting.expire_waits(now=timezone.now())


@shared_task(name="appointments.tasks.start_due_repairs")
def start_due_repairs() -> None:
    """Plan the sessions whose cutoff has come."""
    repairs.start_due_repairs(now=timezone.now())


@shared_task(name="appointments.tasks.finish_due_repairs")
def finish_due_repairs() -> None:
    """Move those who said yes, when all have answered or the time to answer is over."""
    repairs.finish_due_repairs(now=timezone.now())
