"""What the tests of this folder agree on."""

from datetime import UTC, datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

NOW = datetime(2026, 5, 12, 9, 0, 5, tzinfo=UTC)
PASSWORD = "et langt passord til prøve"


def app_code(secret: str, at: datetime) -> str:
    """Return what an authenticator app with this secret shows at a moment."""
    code: str = format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))
    return code
