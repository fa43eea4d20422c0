import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def sent_sms(settings: Any, tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """Read the SMS that were sent in this test, oldest first."""
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.SMS_GATEWAY = "notifications.gateways.FileSmsGateway"

    def read() -> list[dict[str, str]]:
        files = (tmp_path / "outbox" / "sms").glob("*.json")
        return [
            json.loads(path.read_text())
            for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)
        ]

    return read
