from celery import shared_task
from django.utils import timezone

from appointments.services import holding, waves
from eligibility.services import interests


@shared_task(name="appointments.tasks.expire_holds")
def expire_holds() -> None:
    """Free the seats of holds that have run out."""
    holding.expire_holds(now=timezone.now())


@shared_task(name="appointments.tasks.send_waves")
def send_waves() -> None:
    """Tell the next people that there are times for their group."""
    waves.send_waves(now=timezone.now())


@shared_task(name="appointments.tasks.drop_old_interests")
def drop_old_interests() -> None:
    """Drop what is kept of people who waited for six months, or were told a month ago."""
    interests.drop_old(now=timezone.now())
