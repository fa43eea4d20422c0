"""Everything that the system keeps and says, decoded as far as it goes without a key.

What is encrypted stays so: ciphertexts are known by their shape and left alone.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import redis
from django.conf import settings
from django.core import mail
from django.db import connection

# What only answers about sex, HIV, PrEP and STI, and the rules behind them, are called: in the
# contract, at the questions' addresses, and in three languages.
TELLING = re.compile(
    r"\b(?:sex_with_men|sells_sex_to_men|hiv_positive|on_prep|risk_behaviours|sti_last_24_months"
    r"|frequent_partner_change|casual_sex|group_sex|chemsex|new_or_multiple_partners"
    r"|syphilis|gonorrhoea|chlamydia|syfilis|gonoré|klamydia"
    r"|partnere|forebygging|oppfolging|betaling|vaner|prover|kjonn"
    r"|hiv|prep|sex|gruppesex|msm|trans|R[1-4])\b",
    re.IGNORECASE,
)
# "man" and "woman" are words of English; as an answer they stand alone.
GENDER_ANSWER = re.compile(r'^"?(?:man|woman|trans)"?$|"gender"', re.IGNORECASE)
GROUP_COLUMN = re.compile(r"(?:group|setting)(?!\w*_at$)")
GROUP_IN_CLEAR = re.compile(
    r'"?(?:priority_)?group"?\W{1,4}[123]\b|\bgruppe [123]\b|\bgroup [123]\b', re.IGNORECASE
)
# Nothing about a person: what a clinic offers, and tables of Django's own.
ABOUT_NO_PERSON = {
    "clinics_clinic",
    "clinics_groupoffer",
    "appointments_clinicsession",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{8,}")
_FERNET = re.compile(r"gAAAAA[A-Za-z0-9_-]{60,}={0,2}")
_QUESTION = re.compile(r"/sjekk/[a-z-]+/$")
_DEPTH = 4


@dataclass(frozen=True)
class Kept:
    """A value that is kept or said, and where. ``name`` is a column, a key or a file."""

    place: str
    name: str
    value: object

    @property
    def faults(self) -> list[str]:
        """What in it tells a group or an answer, as plain text or wrapped up."""
        found = {match[0] for text in readings(self.value) for match in _telling(text) if match[0]}
        group_column = GROUP_COLUMN.search(self.name) and str(self.value).strip('"[] ')
        if group_column and not _FERNET.fullmatch(str(self.value)):
            found.add(f"{self.name} in clear")
        return [f"{self.place}.{self.name}: {each}" for each in sorted(found)]


def _telling(text: str) -> Iterator[re.Match[str]]:
    for pattern in (TELLING, GENDER_ANSWER, GROUP_IN_CLEAR):
        yield from pattern.finditer(text)


def readings(value: object, depth: int = _DEPTH) -> Iterator[str]:
    """Give a value as text, and whatever can be unpacked out of it."""
    raw = _as_bytes(value)
    if depth == 0 or not raw:
        return
    for packed in _unpacked(raw):
        yield from readings(packed, depth - 1)
    text = _as_text(raw)
    if text is None:
        return
    text = _FERNET.sub("", text)
    yield text
    if "%" in text or "\\u" in text:
        yield unquote(text)
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    for token in _TOKEN.findall(text):
        yield from _from_base64(token, depth)


def _as_bytes(value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return b"" if value is None else str(value).encode()


def _as_text(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if all(sign.isprintable() or sign.isspace() for sign in text) else None


def _unpacked(raw: bytes) -> Iterator[bytes]:
    for window in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16, -zlib.MAX_WBITS):
        try:
            yield zlib.decompress(raw, window)
        except zlib.error:
            continue


def _from_base64(token: str, depth: int) -> Iterator[str]:
    padded = token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4)
    for decode in (base64.urlsafe_b64decode, base64.standard_b64decode):
        try:
            yield from readings(decode(padded), depth - 1)
        except (binascii.Error, ValueError):
            continue


def kept_in_database() -> Iterator[Kept]:
    """Give every value of every column of every table that is about people, sessions included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()} - ABOUT_NO_PERSON
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    yield Kept(table, column, value)


def kept_in_valkey() -> Iterator[Kept]:
    """Give every key and every value in it."""
    client = redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter("*"):
        name = key.decode(errors="replace")
        yield Kept("valkey", "key", key)
        kind = client.type(key)
        if kind == b"string":
            values = [client.get(key)]
        elif kind == b"hash":
            values = [part for pair in client.hgetall(key).items() for part in pair]
        elif kind == b"list":
            values = client.lrange(key, 0, -1)
        elif kind == b"set":
            values = list(client.smembers(key))
        else:
            assert kind == b"zset", f"{name} is a {kind!r}"
            values = client.zrange(key, 0, -1)
        for value in values:
            yield Kept("valkey", "value", value)
    client.close()


def sent_messages() -> Iterator[Kept]:
    """Give every part of every e-mail sent, and every file of the outbox."""
    for message in mail.outbox:
        parsed = message_from_bytes(message.message().as_bytes(), policy=default)
        yield Kept("e-mail", "headers", "\n".join(map(str, parsed.values())))
        for part in parsed.walk():
            if not part.is_multipart():
                yield Kept("e-mail", "part", part.get_content())
    for file in Path(settings.OUTBOX_DIR).rglob("*"):
        if file.is_file():
            yield Kept("outbox", "file", file.read_bytes())


def everything_kept(log: str) -> list[Kept]:
    """Give all there is: database, sessions, Valkey, messages and what was logged."""
    # The address of a question, which is the same whatever is answered, may be logged.
    lines = [Kept("log", "line", _QUESTION.sub("/", line)) for line in log.splitlines()]
    return [*kept_in_database(), *kept_in_valkey(), *sent_messages(), *lines]


def faults_in(everything: list[Kept]) -> list[str]:
    """List what tells a group or an answer."""
    return [fault for kept in everything for fault in kept.faults]
