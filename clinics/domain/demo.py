"""Which logins belong to the demo."""

# A domain that never exists (RFC 2606), so that no message to it can arrive anywhere.
DEMO_DOMAIN = "@demo.invalid"


def is_demo_login(email: str) -> bool:
    """Tell whether an e-mail address is a demo login's."""
    return email.lower().endswith(DEMO_DOMAIN)
