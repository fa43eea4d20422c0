"""A real mail server (aiosmtpd) on loopback: STARTTLS or TLS, passwords, certificates."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "time", "hemmelig-nok"


class Kept:
    """Takes every e-mail, and keeps it with whether the line was encrypted and who sent it."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.logins = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 taken"

    def authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        self.logins += 1
        right = isinstance(data, LoginPassword) and data == LoginPassword(
            USER.encode(), PASSWORD.encode()
        )
        return AuthResult(success=right, handled=right)  # what is not handled gets a 535


def certificate(folder: Path, *, name: str = "127.0.0.1") -> tuple[Path, Path]:
    """Write a certificate of its own authority and its key; return where they are."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@contextmanager
def real_mail_server(
    files: tuple[Path, Path] | None = None, *, security: str = "starttls", password: bool = False
) -> Iterator[tuple[Kept, int]]:
    """Run a server; yield what it kept and its port."""
    context = None
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
    kept = Kept()
    settings = {"hostname": "127.0.0.1", "port": 0, "ready_timeout": 10.0}
    if password:
        settings |= {
            "authenticator": kept.authenticate,
            # Where TLS is there from the first byte aiosmtpd offers a password, and asks for none.
            "auth_required": security == "starttls",
            "auth_require_tls": security == "starttls",
        }
    if security == "starttls" and context:
        settings |= {"tls_context": context, "require_starttls": True}
    controller = _Controller(kept, **settings)
    if security == "tls":
        controller.ssl_context = context
    controller.start()
    try:
        yield kept, controller.port
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """Learn which port the system has chosen, and ask the server whether it answers."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
