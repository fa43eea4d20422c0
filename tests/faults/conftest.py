"""What the outbox keeps while things break: real workers, beats, servers and carriers.

The carriers keep journals (``sender/carriers.py``, ``mail_process.py``); each person has one number
or address, so what reached it twice was sent twice, under whatever reference. ``counts.py`` holds
the journals against the table at the end of each test. What every one of them finds:

======================================================  =====  ======  ==========  ====  ========
what is broken                                          twice, twice,  unrecorded  lost  unlisted
                                                        SMS    e-mail
======================================================  =====  ======  ==========  ====  ========
40 senders killed, each at any moment, 120 messages     0      0       0           0     0
10 whole workers killed, one at each step and channel   0      0       0           0     0
2 pool processes killed, taken up by the next at once   0      0       0           0     0
Valkey killed and started again, 85 messages            0      0       0           0     0
PostgreSQL cut off and started again, 80 messages       0      0       0           0     0
2 beats and 3 workers at once, 300 messages             0      0       0           0     0
the clock an hour forward, twice, in mid-attempt        0      0       0           0     0
the clock an hour back                                  0      0       0           0     0
carriers that take it and fall silent, once and always  0      0       0           0     0
words that break in one language, 30 messages           0      0       0           0     0
1 address of 1,000 that is nobody's                     0      0       0           0     0
the broker away while people book and move              0      0       0           0     0
======================================================  =====  ======  ==========  ====  ========

"Unrecorded" has arrived, and its row says neither sent nor unknown; "lost" is said to be sent, and
has not arrived; "unlisted" failed or is unknown, and is not in the staff's list. What one cannot
know is few: an e-mail whose sender was killed after it began, or whose server fell silent.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notifications.services import registry
from tests.conftest import empty_tables
from tests.faults.sender.apps import probe
from tests.faults.servers import Servers, private_servers
from tests.faults.world import World


@pytest.fixture(scope="session")
def faulty_servers(django_db_setup: None, django_db_blocker: Any) -> Iterator[Servers]:
    """Servers of these tests' own: others go on using theirs meanwhile."""
    with django_db_blocker.unblock(), private_servers() as servers:
        django_db_blocker.block()
        yield servers


@pytest.fixture
def _there(faulty_servers: Servers) -> Iterator[None]:
    with faulty_servers.in_use():
        yield
        empty_tables()  # with a live server, the test's own end comes when we have left


@pytest.fixture
def world(
    _there: None,
    transactional_db: None,
    faulty_servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """A world with carriers and no senders yet; at its end no process of it is alive."""
    monkeypatch.setattr(registry, "_kinds", {**registry._kinds, "probe": probe()})
    world = World(tmp_path, faulty_servers)
    world.journal.mkdir()
    try:
        world.start_mail_server()
        yield world
    finally:
        world.end()
