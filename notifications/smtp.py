"""Django's SMTP backend, and one fact more: whether the words of an e-mail were on their way.

RFC 5321 (3.3, 4.1.1.4): a server that has not answered DATA with 354 has no words to deliver, so a
line that is cut or falls silent before that leaves no doubt.
"""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.gateways import TemporaryGatewayError

GO_ON = 354
# Log in first, another way, with another password, or encrypted (RFC 4954, 6).
NOT_LET_IN = frozenset({530, 534, 535, 538})


class _Telling:
    """Remembers that the server has asked for the words."""

    words_begun = False
    _in_data = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the words, as smtplib does."""
        self._in_data = True
        return super().data(msg)  # type: ignore[misc,no-any-return]

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, as smtplib does."""
        reply: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        if self._in_data and reply[0] == GO_ON:
            self.words_begun = True
        return reply


class _Smtp(_Telling, smtplib.SMTP):
    pass


class _SmtpOverTls(_Telling, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Sends through the server of the settings; certificates are checked against the system's.

    Raises ``TemporaryGatewayError`` when the talk ended before the words; otherwise as Django's.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the talk, with TLS from its first byte where the settings say so."""
        return _SmtpOverTls if self.use_ssl else _Smtp

    _partial_connection: smtplib.SMTP | None

    def open(self) -> bool | None:
        """Connect and log in; a line on which that failed is not left open."""
        try:
            return super().open()
        except Exception:
            # Django keeps it for a goodbye, which would wait for a server that has fallen silent.
            talk, self._partial_connection = self._partial_connection, None
            if talk is not None:
                talk.close()
            raise

    def _send(self, email_message: EmailMessage) -> bool:
        talk: Any = self.connection  # opened by this backend
        talk.words_begun = talk._in_data = False  # noqa: SLF001 - of this module
        try:
            return bool(super()._send(email_message))  # type: ignore[misc]
        except smtplib.SMTPResponseException as error:
            # Said of us and not of the message: it is sent once the settings are right.
            if isinstance(error, smtplib.SMTPHeloError) or error.smtp_code in NOT_LET_IN:
                raise TemporaryGatewayError from error
            raise
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # A refusal of all recipients is an OSError too, and says by itself what it means.
            refused = isinstance(error, smtplib.SMTPRecipientsRefused)
            if refused or talk.words_begun:
                raise
            raise TemporaryGatewayError from error
