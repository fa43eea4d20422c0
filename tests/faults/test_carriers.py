"""Carriers that fall silent, people who are not there, words that cannot be written."""

import time
from datetime import timedelta

from notifications.models import Message
from notifications.selectors import unreached_lately
from tests.factories import make_clinic
from tests.faults.counts import assert_kept
from tests.faults.messages import a_message, address_of
from tests.faults.troubles import Trouble, trouble_of
from tests.faults.world import World


def sweep_through_all_attempts(world: World) -> None:
    """Let the waits between attempts pass, until nothing is left to try."""
    last, since = None, 0.0

    def done() -> bool:
        nonlocal last, since
        now = sorted(Message.objects.values_list("pk", "state", "attempts"))
        if now != last or time.monotonic() > since + 2:
            last, since = now, time.monotonic()
            world.forward(timedelta(hours=3))
            world.sweep()
        return world.all_ended()

    world.wait_until(done)


def test_a_carrier_that_takes_it_and_says_nothing_is_asked_again_for_sms_only(
    world: World,
) -> None:
    clinic = make_clinic()
    world.variables["MPOX_FAULTS_EMAIL_TIMEOUT"] = "1"
    world.write(
        a_message(channel, 1, trouble, clinic=clinic)
        for channel in ("sms", "email")
        for trouble in (Trouble.NONE, Trouble.SILENT, Trouble.ALWAYS_SILENT)
    )
    world.start_worker()
    world.wait_for_workers()

    sweep_through_all_attempts(world)

    ends = {
        (message.channel, trouble_of(address_of(message))): (message.state, message.attempts)
        for message in Message.objects.all()
    }
    assert ends == {
        ("sms", Trouble.NONE): ("sent", 1),
        ("sms", Trouble.SILENT): ("sent", 2),
        ("sms", Trouble.ALWAYS_SILENT): ("unknown", 5),
        ("email", Trouble.NONE): ("sent", 1),
        ("email", Trouble.SILENT): ("unknown", 1),
        ("email", Trouble.ALWAYS_SILENT): ("unknown", 1),
    }
    assert len(world.arrived()) == len(ends)
    assert unreached_lately([clinic.pk], now=world.now()) == {clinic.pk: 3}
    assert_kept(world)


def test_words_that_break_in_one_language_stop_nobody_else(world: World) -> None:
    clinic = make_clinic()
    languages = ("nb", "nn", "en")
    world.write(
        a_message(channel, 10 * number + place, language=language, clinic=clinic)
        for channel in ("sms", "email")
        for place, language in enumerate(languages)
        for number in range(5)
    )
    world.start_worker()
    world.wait_for_workers()

    sweep_through_all_attempts(world)

    broken = Message.objects.filter(occasion__startswith="nn")
    assert set(broken.values_list("state", "fate", "attempts")) == {("failed", "unwritten", 5)}
    assert set(Message.objects.exclude(pk__in=broken).values_list("state", "attempts")) == {
        ("sent", 1)
    }
    assert unreached_lately([clinic.pk], now=world.now()) == {clinic.pk: 10}
    assert_kept(world)


def test_one_address_among_a_thousand_that_is_nobodys_stops_nobody_else(world: World) -> None:
    clinic = make_clinic()
    world.write(
        a_message(
            "email", number, Trouble.REFUSED if number == 500 else Trouble.NONE, clinic=clinic
        )
        for number in range(1000)
    )
    world.start_worker("worker-a")
    world.start_worker("worker-b")
    world.wait_for_workers()

    # As many sweeps as a thousand messages need, and no time in between: nothing is tried twice.
    for _ in range(12):
        world.sweep()
    world.wait_until(world.all_ended)

    assert world.states() == {"sent": 999, "failed": 1}
    assert Message.objects.get(state="failed").fate == "refused"
    assert len(world.arrived()) == 999
    assert unreached_lately([clinic.pk], now=world.now()) == {clinic.pk: 1}
    assert_kept(world)
