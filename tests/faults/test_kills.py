"""A sender is killed with SIGKILL at each step of an attempt, again and again."""

import itertools
import time

from notifications.models import Message
from tests.faults.counts import assert_kept
from tests.faults.messages import a_message, address_of
from tests.faults.troubles import KILLS, Trouble, trouble_of
from tests.faults.world import World

CHANNELS = ("sms", "email")


def end_of(channel: str, trouble: Trouble) -> str:
    """An SMS goes on under its reference; an e-mail that had begun is left for people to see."""
    return "unknown" if channel == "email" and trouble > Trouble.AFTER_CLAIM else "sent"


def wrong_ends() -> list[Message]:
    return [
        message
        for message in Message.objects.all()
        if message.state != end_of(message.channel, trouble_of(address_of(message)))
    ]


def sweep_until_all_ended(world: World) -> None:
    """Let the dead one's leases run out each time, and ask for the next sweep."""
    seen, since = 0, time.monotonic()
    names = (f"worker-{number}" for number in itertools.count())

    def done() -> bool:
        nonlocal seen, since
        for name in [name for name, process in world.running.items() if process.poll() is not None]:
            del world.running[name]
            world.start_worker(next(names))
        if world.deaths() > seen or time.monotonic() > since + 2:
            seen, since = world.deaths(), time.monotonic()
            world.forward()
            world.sweep()
        return world.all_ended()

    world.wait_until(done, seconds=120)


def test_a_pool_process_that_is_killed_is_replaced_and_sends_nothing_twice(world: World) -> None:
    """Celery hands the sweep to the next process at once, while the leases still hold."""
    steps = (Trouble.NONE, Trouble.AFTER_ACCEPTED)
    world.start_worker()
    world.write(
        a_message(channel, number, trouble)
        for channel in CHANNELS
        for number, trouble in enumerate(steps)
    )
    world.wait_for_workers()

    sweep_until_all_ended(world)

    assert world.deaths() == 2
    assert wrong_ends() == []
    assert_kept(world)


def test_a_whole_worker_killed_at_each_step_sends_nothing_twice(world: World) -> None:
    (world.journal / "kill-whole-workers").touch()
    # One sends while the next one starts.
    world.start_worker("worker-a")
    world.start_worker("worker-b")
    world.write(
        a_message(channel, number, trouble)
        for channel in CHANNELS
        for number, trouble in enumerate((Trouble.NONE, *KILLS))
    )
    world.wait_for_workers()

    sweep_until_all_ended(world)

    assert world.deaths() == len(CHANNELS) * len(KILLS)
    assert wrong_ends() == []
    assert_kept(world)
