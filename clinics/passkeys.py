"""Names that staff give their passkeys: they tell of people and machines, so they are encrypted."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm

from encryption.fields import encrypt


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, whose name is kept encrypted; ``opened`` shows it in templates."""

    def clean_name(self) -> str:
        """Encrypt the name, given or made up."""
        return encrypt(super().clean_name())
