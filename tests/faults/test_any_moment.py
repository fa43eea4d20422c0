"""A sender is killed at any moment, between any two statements, dozens of times."""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from django.db import connections

from notifications.models import Message
from notifications.services.delivery import sweep
from tests.faults.counts import assert_kept
from tests.faults.messages import a_message
from tests.faults.sender import clock
from tests.faults.world import World

MOST_KILLS = 40
COUNT = 60


def use_the_senders_carriers(settings: Any, world: World) -> None:
    templates = [dict(engine) for engine in settings.TEMPLATES]
    templates[0]["DIRS"] = [Path(__file__).parent / "templates", *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    settings.JOURNAL_DIR = world.journal
    settings.SMS_GATEWAY = "tests.faults.sender.carriers.JournalSmsGateway"
    # So slow that no sender gets far before it is killed, on the fastest machine either.
    settings.SMS_SECONDS = 0.03
    settings.EMAIL_BACKEND = "tests.faults.sender.carriers.TellingEmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = int(world.variables["MPOX_FAULTS_EMAIL_PORT"])
    settings.EMAIL_USE_TLS = False


def sweep_in_a_process() -> int:
    """Start a process that sweeps, and return its number."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            sweep(now=clock.now)
        finally:
            os._exit(0)
    return pid


def test_a_sender_killed_at_any_moment_sends_nothing_twice(world: World, settings: Any) -> None:
    use_the_senders_carriers(settings, world)
    world.write(a_message(channel, n) for channel in ("sms", "email") for n in range(COUNT))
    chance, killed = random.Random(7), 0

    while killed < MOST_KILLS and not world.all_ended():
        pid, before = sweep_in_a_process(), world.progress()
        # Not while it starts: each gets as far as to do something.
        world.wait_until(lambda before=before: world.progress() != before or world.all_ended())
        time.sleep(chance.uniform(0, 0.05))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        killed += 1
        world.forward()
    while not world.all_ended():
        os.waitpid(sweep_in_a_process(), 0)
        world.forward()

    unknown = Message.objects.filter(state="unknown")
    assert killed > 10
    assert world.states().keys() <= {"sent", "unknown"}
    # One process says one thing at a time: no kill leaves two e-mails in doubt.
    assert unknown.filter(channel="email").count() <= killed
    # Five in a row over the same one, then nobody asks about it any more.
    assert unknown.filter(channel="sms").count() <= killed // 5
    assert_kept(world)
