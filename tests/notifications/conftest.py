"""The sample kind with its templates, a clock that stands still, the folder messages land in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from notifications import sinch
from notifications.models import Message
from notifications.services import registry
from notifications.services.registry import Kind, register
from tests.notifications import carriers
from tests.notifications.sample_kind import ALICE, NOW, Clock, Sample
from tests.notifications.sinch_server import PLAN, SECRET, TOKEN, SinchServer, sinch_server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No kinds but those that the test registers."""
    monkeypatch.setattr(registry, "_kinds", {})


@pytest.fixture
def outbox_dir(settings: Any, tmp_path: Path) -> Path:
    settings.OUTBOX_DIR = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "email"
    return tmp_path


@pytest.fixture
def sample(settings: Any, empty_registry: None, outbox_dir: Path) -> Sample:
    """Register two kinds, sample and torn (whose template is broken), and their templates."""
    templates = [dict(engine) for engine in settings.TEMPLATES]
    templates[0]["DIRS"] = [Path(__file__).parent / "templates", *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    kind = Sample()
    for code in ("sample", "torn"):
        register(
            Kind(
                code=code,
                still_due=kind.still_due,
                context=kind.context,
                recipient=kind.recipient,
                attachments=kind.attachments,
            )
        )
    carriers.CountingSmsGateway.calls.clear()
    return kind


@pytest.fixture
def a_message(sample: Sample) -> Callable[..., Message]:
    """Make a message that is due and goes to Alice, unless told otherwise."""

    def make(**given: Any) -> Message:
        recipient = given.pop("recipient", ALICE)
        message = Message(
            **{
                "kind": "sample",
                "channel": "sms",
                "subject_id": uuid4(),
                "due_at": NOW,
                "created_at": NOW,
            }
            | given
        )
        message.save(force_insert=True)
        if recipient:
            sample.recipients[message.subject_id] = recipient
        return message

    return make


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SinchServer]:
    """Run a server that behaves like Sinch, and send by it."""
    monkeypatch.setattr(sinch, "TIMEOUT", httpx.Timeout(0.5))
    with sinch_server() as running:
        settings.SINCH_URL, settings.SINCH_PLAN, settings.SINCH_TOKEN = running.url, PLAN, TOKEN
        settings.SINCH_WEBHOOK_SECRET = SECRET
        settings.SMS_GATEWAY = "notifications.sinch.SinchGateway"
        yield running
        sinch.forget_connections()
