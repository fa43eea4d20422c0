"""PostgreSQL or Valkey goes away while messages are due, and comes back."""

from django.db import connection

from notifications.models import Message
from tests.faults.counts import assert_kept
from tests.faults.messages import a_message
from tests.faults.world import World

COUNT = 40


def due(world: World, *channels: str) -> None:
    world.write(a_message(channel, number) for channel in channels for number in range(COUNT))


def start(world: World) -> None:
    # Slow enough that the outage comes in the middle.
    world.variables["MPOX_FAULTS_SMS_SECONDS"] = "0.05"
    world.start_worker()
    world.start_beat()


def test_valkey_is_killed_and_comes_back_while_messages_are_due(world: World) -> None:
    """The sweep that is under way goes on; those that were asked for are lost, and not missed."""
    due(world, "sms", "email")
    start(world)
    world.wait_until(lambda: len(world.arrived()) > 10)

    world.servers.kill_valkey()
    world.wait_until(world.all_ended)
    late = [a_message("sms", COUNT + number) for number in range(5)]
    world.write(late)
    world.servers.start_valkey()
    world.wait_until(world.all_ended)

    assert world.states() == {"sent": 2 * COUNT + len(late)}
    assert set(world.calls().values()) == {1}
    assert_kept(world)


def test_postgresql_restarts_while_messages_are_sent(world: World) -> None:
    """What was being said at that moment is an SMS said again, or an e-mail of unknown fate."""
    due(world, "sms", "email")
    start(world)
    world.wait_until(lambda: len(world.arrived()) > 10)

    connection.close()
    world.servers.stop_postgres()
    world.servers.start_postgres()
    world.forward()
    world.wait_until(world.all_ended)

    assert set(world.states()) <= {"sent", "unknown"}
    assert Message.objects.filter(state="unknown").count() <= 1
    assert sum(times - 1 for times in world.calls().values()) <= 1
    assert_kept(world)
