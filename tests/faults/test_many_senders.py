"""Several workers and beats at once, and clocks that jump."""

from datetime import timedelta

from notifications.models import Message
from tests.faults.counts import assert_kept
from tests.faults.messages import a_message
from tests.faults.troubles import Trouble
from tests.faults.world import LEASE_AND_MORE, World

HOUR = timedelta(hours=1)


def test_two_beats_and_three_workers_ask_the_carriers_once_for_each_message(world: World) -> None:
    """Exactly once, without the provider's memory: no reference is handed over twice."""
    world.write(a_message(channel, number) for channel in ("sms", "email") for number in range(150))
    world.variables["MPOX_FAULTS_SMS_SECONDS"] = "0.01"
    for name in ("worker-a", "worker-b", "worker-c"):
        world.start_worker(name)
    for name in ("beat-a", "beat-b"):
        world.start_beat(name)

    world.wait_until(world.all_ended)

    assert world.states() == {"sent": 300}
    assert len(world.calls()) == 150
    assert set(world.calls().values()) == {1}
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
    assert_kept(world)


def test_a_clock_that_jumps_an_hour_forward_ends_leases_that_are_in_use(world: World) -> None:
    """Another sweep takes over what is being said; the first one's end counts where it may."""
    world.write(a_message(channel, 1, Trouble.HELD) for channel in ("sms", "email"))
    world.start_worker("worker-a", concurrency=3)
    world.wait_for_workers()
    world.sweep()
    world.wait_until(lambda: len(world.arrived()) == 1)

    # The SMS is being said: it is said again, and answered. So the e-mail's turn comes.
    world.forward(HOUR)
    world.sweep()
    world.wait_until(lambda: len(world.arrived()) == 2)
    assert world.states() == {"sent": 1, "claimed": 1}
    # The e-mail is being said, and may not be said again.
    world.forward(HOUR)
    world.sweep()
    world.wait_until(lambda: world.states() == {"sent": 1, "unknown": 1})
    world.let_go()
    world.wait_until(lambda: world.states() == {"sent": 2})

    assert list(world.calls().values()) == [2]
    assert_kept(world)


def test_a_clock_that_jumps_an_hour_back_delays_and_loses_nothing(world: World) -> None:
    world.forward(HOUR)
    world.write(a_message(channel, 1, Trouble.AFTER_CLAIM) for channel in ("sms", "email"))
    world.start_worker("worker-a")
    world.wait_for_workers()
    world.sweep()
    world.wait_until(lambda: world.deaths() == 1)

    world.forward(-HOUR)
    world.write(a_message(channel, 2) for channel in ("sms", "email"))
    world.sweep()
    world.wait_until(lambda: world.states()["sent"] == 2)
    assert world.states() == {"sent": 2, "claimed": 2}
    world.forward(HOUR + LEASE_AND_MORE)
    world.sweep()
    world.wait_until(lambda: world.deaths() == 2)
    world.forward()
    world.sweep()
    world.wait_until(world.all_ended)

    assert world.states() == {"sent": 4}
    assert_kept(world)
