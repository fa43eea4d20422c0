"""A passkey as allauth keeps it, without the device that made it."""

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from clinics.models import Staff
from encryption.fields import encrypt


def make_passkey(staff: Staff, *, name: str = "Nøkkel") -> Authenticator:
    """Give somebody a passkey whose pages open; nobody can log in with it, its key is nowhere."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    made = AttestedCredentialData.create(Aaguid.NONE, b"1" * 16, ES256.from_cryptography_key(key))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    seen = AuthenticatorData.create(b"\0" * 32, flags, 0, made)
    told = CollectedClientData.create("webauthn.create", b"\0" * 32, "http://localhost")
    number = websafe_encode(made.credential_id)
    credential = {
        "id": number,
        "rawId": number,
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(told),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
    }
    return Authenticator.objects.create(
        user=staff, type="webauthn", data={"name": encrypt(name), "credential": credential}
    )
