"""Stops of messages, broken by hand."""

from datetime import timedelta

from patients.models import MessageStop
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import World


def standing(channel: str) -> MessageStop:
    return MessageStop.objects.get(channel=channel, ended_at=None)


@corrupts("stop.fits")
def stopped_by_pigeon(world: World) -> str:
    return change(standing("sms"), channel="bird")


@corrupts("stop.fits", past="stop_ends_after_it_began")
def ended_before_it_began(world: World) -> str:
    stop = standing("sms")
    return change(stop, ended_at=stop.stopped_at - timedelta(seconds=1))


@corrupts("stop.once", past="stop_once")
def stopped_twice(world: World) -> list[str]:
    stops = [standing("sms"), standing("email")]
    change(stops[1], channel="sms")
    return [str(stop.pk) for stop in stops]
