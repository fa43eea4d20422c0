"""The addresses that open something by a token in them, in the lines that are logged about them."""

import io
import json
import logging
import os
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.test import Client

from limits.middleware import has_token
from mpoxclinic.masking import masked
from tests.access.pages import Page, all_pages

TOKEN = "Zk3-9xQ_aaBBccDDeeFF12"
# As it comes whole, cut off by a telephone, and with what a mail program takes for a part of it.
COMES_AS = [TOKEN, "abcdefgh", f"{TOKEN})", f"{TOKEN},", f"{TOKEN}%20", f"<{TOKEN}>", f"{TOKEN};x"]
AROUND = [
    "Not Found: %s",
    '"GET %s HTTP/1.1" 404 1234',
    "Forbidden (CSRF cookie not set.): %s",
    "https://time.example.no%s?neste=1",
    '[2026-11-30 02:38:20 +0000] 127.0.0.1 - "GET /inn/?next={quoted} HTTP/1.1" 302 0.128',
]

# All that writes lines of its own sets itself up, in the order in which it does on a server.
WRITES = """
import json, logging, time
import granian.log
granian.log.configure_logging(granian.log.LogLevels.warning)
import django
django.setup()
from mpoxclinic.celery import app
app.log.setup(loglevel="WARNING")
loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
print(json.dumps([
    (logger.name, type(handler.formatter).__name__)
    for logger in loggers
    for handler in logger.handlers
    if not isinstance(handler, logging.NullHandler)
]))
asked = {"addr_remote": "127.0.0.1", "path": "/s/%(token)s/", "qs": "", "method": "GET"}
asked |= {"scheme": "http", "protocol": "1.1"}
granian.log.log_request_builder(granian.log.DEFAULT_ACCESSLOG_FMT)(0, 0, asked, 404)
for name in ("django.server", "django.request", "django.security.csrf", "celery.task", "_granian"):
    logging.getLogger(name).error("Not Found: %%s", "/l/%(token)s/")
"""


def opened_by_token() -> list[Page]:
    return [page for page in all_pages() if has_token(dict.fromkeys(page.arguments))]


def address_of(page: Page, token: str) -> str:
    return page.address(dict.fromkeys(page.arguments, token))


def test_a_token_is_masked_in_every_address_that_takes_one() -> None:
    """A new address that begins otherwise goes into ``mpoxclinic/masking.py``."""
    pages = opened_by_token()
    told = [
        line
        for page in pages
        for token in COMES_AS
        for around in AROUND
        for line in [masked(put_in(around, address_of(page, token)))]
        if TOKEN in line or "abcdefgh" in line
    ]

    assert told == []
    assert len(pages) > 10


def put_in(around: str, address: str) -> str:
    if "{quoted}" in around:
        return around.replace("{quoted}", quote(address, safe=""))
    return around % address


def test_whatever_is_answered_to_such_an_address_the_log_does_not_tell_it(
    db: None, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", written)
    client, checked = Client(), Client(enforce_csrf_checks=True)
    ask = [client.get, client.post, client.put, checked.post]
    addresses = [address_of(page, TOKEN) for page in opened_by_token()]
    answers = {call(address).status_code for address in addresses for call in ask}
    monkeypatch.setattr("limits.middleware.count_one", lambda *_, **__: 60)
    answers |= {client.get(address).status_code for address in addresses}

    assert {403, 404, 405, 429} <= answers
    lines = written.getvalue().splitlines()
    assert len(lines) > 3 * len(addresses)
    assert [line for line in lines if TOKEN in line] == []


def test_whoever_sets_up_lines_of_its_own_has_them_masked() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITES % {"token": TOKEN}],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "mpoxclinic.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    first, *others = done.stdout.splitlines()
    assert json.loads(first) == [["root", "MaskingFormatter"]]
    assert TOKEN not in done.stderr + done.stdout
    assert done.stderr.count("/l/…/") == 5
    assert done.stderr.count("/s/…/") == 1
    assert others == []


@pytest.mark.parametrize("piece", ["a", "a.", "a%40", "a@b.", "/l/", "1 ", "A%2F", "a://", "key="])
def test_a_long_address_is_masked_at_once(piece: str) -> None:
    """Each line about an address of 20 kB took seconds, in which nobody else was served."""
    began = time.process_time()
    masked("Not Found: /" + piece * (40_000 // len(piece)))

    assert time.process_time() - began < 3
