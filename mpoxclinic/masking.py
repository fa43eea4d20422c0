"""What is taken out of every line that is logged, and of every report of an error."""

import logging
import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

_ID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_SLASH = "(?:/|%2[Ff])"
_OF_MAIL = r"[^\s<>\"'(=:,@/]"
# The words before a token in an address.
_OPENED_BY_TOKEN = ("l", "s", "kalender", "invitasjon")
# Most telling first, as each sees what is left by those before.
_MASKS = [
    # What PostgreSQL quotes of a row that it refuses.
    (r"(?m)^(\s*)(DETAIL|CONTEXT|STATEMENT|QUERY|PARAMETERS):.*$", r"\1\2: …"),
    # Name and password in the address of a server.
    (r"(://)[^\s/]+@", r"\1…@"),
    # The secret part of a link: whatever stands in its place, cut off or followed by a comma too.
    (rf"({_SLASH}(?:{'|'.join(_OPENED_BY_TOKEN)}){_SLASH})[^\s/?\"']+", r"\1…"),
    # A secret in a place of its own: little else in an address is long and mixed but ids of rows.
    (rf"(?:(?<=/)|(?<=%2[Ff]))(?!{_ID})(?=[\w-]*[A-Z\d])[\w-]{{20,}}", "…"),
    (r"(?i)\b((?:key|secret|password|code|sessionid|cookie|\w*token)=)[^\s&,;)]+", r"\1…"),
    (r"(?i)([?&](?:state|nonce|id_token_hint|login_hint)=)[^\s&]+", r"\1…"),
    # Begun nowhere inside a word, or a line of 20 kB would take seconds.
    (rf"(?<!{_OF_MAIL}){_OF_MAIL}+(?:@|%40)[\w-]+(?:\.[\w-]+)+", "…@…"),
    # National numbers, and all others as long or longer.
    (r"(?<![\w-])\d{6}[ -]?\d{5,}(?![\w-])", "…"),
    # Telephone numbers, with or without a country, in the groups that people write.
    (r"(?<![\w+.-])(?:\+|00)\d(?:[ -]?\d){6,13}(?![\w-])", "…"),
    (r"(?<![\w+./:-])[2-9]\d(?: ?\d){6}(?![\w/:-])", "…"),
]
_TELLS_NOTHING = (
    *("REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT"),
    *("CONTENT_TYPE", "CONTENT_LENGTH"),
)


def masked(text: str) -> str:
    """Return a text without national numbers, telephone numbers, e-mail addresses and tokens."""
    for pattern, instead in _MASKS:
        text = re.sub(pattern, instead, text)
    return text


class MaskingFormatter(logging.Formatter):
    """Masks the whole of what is written, tracebacks and all."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines of a record."""
        return masked(super().format(record))


class NothingPersonalFilter(SafeExceptionReporterFilter):
    """Reports where an error was, never what the variables or the form held."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Name the fields alone."""
        if request is None:
            return {}
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        tb_frame: FrameType,
    ) -> ItemsView[str, Any]:
        """Name the variables alone."""
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        """Name the cookies alone."""
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute) if request else {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        """Leave out cookies, and who asks from where."""
        meta = request.META if request else {}
        return {name: meta[name] for name in _TELLS_NOTHING if name in meta}
