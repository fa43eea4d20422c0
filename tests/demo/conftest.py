import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine

from mpoxclinic.demo.loading import load_demo

Load = Callable[[datetime], None]


@pytest.fixture
def load(db: None, valkey: redis.Redis) -> Load:
    """Load the demo as at a moment."""

    def _load(now: datetime) -> None:
        with time_machine.travel(now, tick=False):
            load_demo(now=now)

    return _load


@pytest.fixture
def outbox_dir(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where the demo's gateways write."""
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.OUTBOX_DIR / "email"
    yield settings.OUTBOX_DIR
    shutil.rmtree(settings.OUTBOX_DIR, ignore_errors=True)
