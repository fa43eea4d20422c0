"""What a page of times and a booking cost with a thousand and with a million appointments.

The clinic that is measured has the same 20 coming days in both. The million lie in years behind it
and in 19 other clinics, which are as empty as new with the thousand. Visits take turns.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import perf_counter

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.models import Slot
from appointments.services.holding import expire_holds
from benchmarks import databases
from benchmarks.bars import Bar, at_most, show, told
from benchmarks.four_statements import numbers_of
from benchmarks.visitor import Patient
from benchmarks.world import Size, fill, make_patterns
from notifications.services.claims import claim

THOUSAND, MILLION = Size(clinics=1), Size(clinics=20, past_days=1022)
ROUNDS = 25
SPREAD = 37
LIMIT = 1.2
# A sweep that finds nothing takes half a millisecond, which is mostly noise: it is only told of.
LIMITED = {"page of times", "first press (hold)", "last press (book)"}
PATTERN, SMALL, BIG = "mpox_bench", "mpox_bench_thousand", "mpox_bench_million"


def run() -> list[Bar]:
    """Fill both databases (a minute or two for the million), and compare them."""
    with databases.database(PATTERN):
        patterns = make_patterns()
        with databases.database(SMALL, like=PATTERN), databases.database(BIG, like=PATTERN):
            fill(SMALL, THOUSAND, patterns)
            fill(BIG, MILLION, patterns)
            return compare(ROUNDS)


def compare(rounds: int) -> list[Bar]:
    """Let visitors of both databases take turns."""
    application = get_wsgi_application()
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    statements: dict[tuple[str, str], int] = {}
    for number in range(1, rounds + 2):
        for name in (SMALL, BIG) if number % 2 else (BIG, SMALL):
            databases.use(name)
            for act, did in _visit(application, number):
                if number == 1:  # warms up, and counts
                    with CaptureQueriesContext(connection) as asked:
                        did()
                    statements[act, name] = len(asked)
                else:
                    begun = perf_counter()
                    did()
                    times[act, name].append((perf_counter() - begun) * 1000)
    bars = []
    for act in dict.fromkeys(act for act, _ in times):
        small, big = median(times[act, SMALL]), median(times[act, BIG])
        more = statements[act, BIG] - statements[act, SMALL]
        bars += [
            told(f"{act}: with a thousand", small, "ms"),
            told(f"{act}: with a million", big, "ms"),
            at_most(f"{act}: million to thousand", big / small, LIMIT)
            if act in LIMITED
            else told(f"{act}: million to thousand", big / small),
            told(f"{act}: statements", statements[act, BIG]),
            at_most(f"{act}: statements more with a million", more, 0),
        ]
    return bars


def _visit(application: WSGIHandler, number: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Let somebody book, and the sweeps run; yield what is measured on the way."""
    numbers = numbers_of(number * SPREAD, THOUSAND.appointments)
    patient = Patient(application, number=number).begin()
    slot = Slot.objects.select_related("session__clinic").get(pk=numbers.slot_id)
    page = patient.look(slot)
    yield "page of times", partial(patient.get, page)
    yield "first press (hold)", partial(patient.post, page, slot=str(slot.pk))
    seen = patient.fill_in()
    yield "last press (book)", partial(patient.press, seen)
    now = timezone.now()
    yield "sweep of holds", partial(expire_holds, now=now)
    yield "sweep of messages", partial(claim, now=now, limit=10)


if __name__ == "__main__":
    show(run())
