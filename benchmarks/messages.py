"""Ten thousand reminders: planned, and sent by two worker processes to a gateway that is fast.

They are due at noon, by the clock that is passed in. Each worker tells its memory and its
statements at every thousand that it has sent.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.utils import timezone

from appointments.models import Appointment
from appointments.services.messages import start_occasion
from benchmarks import databases
from benchmarks.bars import Bar, at_least, at_most, show, told
from benchmarks.message_worker import THOUSAND, Worked, work
from benchmarks.world import Size, fill, make_patterns
from clinics.domain.calendar import OSLO
from notifications.models import Message
from notifications.services.outbox import Wanted, channels_of, queue_all

NAME = "mpox_bench_messages"
MESSAGES, WORKERS = 10_000, 2
SECONDS = 60
# A thousand messages after a thousand others, and the last of a worker after its first.
MORE_STATEMENTS, MORE_MEMORY = 1.05, 1.1


def run() -> list[Bar]:
    """Fill a database, plan the reminders, let the workers loose, and count."""
    with databases.database(NAME), TemporaryDirectory() as folder:
        fill(NAME, Size(clinics=11), make_patterns())
        Message.objects.all().delete()
        noon = timezone.now().astimezone(OSLO).replace(hour=12, minute=0, second=0, microsecond=0)
        with _workers(noon, folder) as workers:
            begun = perf_counter()
            _plan(noon)
            planned = perf_counter()
            workers.send()
            worked = workers.receive()
            ended = perf_counter()
        times = Counter(
            line for path in Path(folder).glob("*.txt") for line in path.read_text().split()
        )
        not_sent = Message.objects.exclude(state=Message.State.SENT).count()
    return [
        told("reminders: planned", planned - begun, "s"),
        told("reminders: sent by two workers", ended - planned, "s"),
        at_most("reminders: planned and sent", ended - begun, SECONDS, "s"),
        told("reminders: the busier worker's part", max(one.sent for one in worked) / MESSAGES),
        at_least("reminders: arrived", len(times), MESSAGES),
        at_most("reminders: arrived twice", sum(many > 1 for many in times.values()), 0),
        at_most("reminders: not recorded as sent", not_sent, 0),
        *(bar for number, one in enumerate(worked, 1) for bar in _of_worker(number, one)),
    ]


def _plan(noon: datetime) -> None:
    """Write the reminders as the planners do, a thousand in a statement."""
    coming = Appointment.objects.filter(status="booked", slot__starts_at__gt=noon)
    coming = coming.select_related("slot__session", "patient").order_by("pk")
    for first in range(0, MESSAGES, THOUSAND):
        queue_all(
            (
                Wanted(
                    "reminder",
                    one.pk,
                    start_occasion(one),
                    noon,
                    channels_of(one.patient.contact_by if one.patient else "none"),
                    one.slot.session.clinic_id,
                )
                for one in coming[first : first + THOUSAND]
            ),
            now=noon - timedelta(days=1),
        )


def _of_worker(number: int, worked: Worked) -> Iterator[Bar]:
    name = f"worker {number}"
    statements = [after - before for before, after in pairwise(worked.statements[:-1])]
    most, least = max(statements), min(statements)
    # What else the machine does adds nothing to this one.
    yield at_most(f"{name}: its processor's time", worked.processor_seconds, SECONDS / 4, "s")
    yield told(f"{name}: memory after its first thousand", worked.memory[0], "MiB")
    yield told(f"{name}: memory at the end", worked.memory[-1], "MiB")
    yield at_most(
        f"{name}: memory last to first", worked.memory[-1] / worked.memory[0], MORE_MEMORY
    )
    yield told(f"{name}: statements a thousand, at most", most)
    yield at_most(f"{name}: of a thousand, most to least", most / least, MORE_STATEMENTS)


class _Workers:
    def __init__(self, pipes: list[Connection]) -> None:
        self._pipes = pipes

    def send(self) -> None:
        """Give the sign to begin."""
        for pipe in self._pipes:
            pipe.send("go")

    def receive(self) -> list[Worked]:
        """Wait for what each has done."""
        return [pipe.recv() for pipe in self._pipes]


@contextmanager
def _workers(noon: datetime, folder: str) -> Iterator[_Workers]:
    """Start the workers, and wait until each is ready."""
    context = get_context("spawn")
    pipes, processes = [], []
    for _ in range(WORKERS):
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(NAME, noon, folder, theirs), daemon=True)
        process.start()
        theirs.close()  # so that the death of a worker is heard
        pipes.append(ours)
        processes.append(process)
    try:
        assert [pipe.recv() for pipe in pipes] == ["ready"] * WORKERS
        yield _Workers(pipes)
    finally:
        for process in processes:
            process.terminate()
            process.join()


if __name__ == "__main__":
    show(run())
