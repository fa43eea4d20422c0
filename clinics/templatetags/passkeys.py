"""The names of passkeys, which lie encrypted."""

from django import template

from encryption.fields import decrypt

register = template.Library()


@register.filter
def opened(stored: str) -> str:
    """Show the name of a passkey."""
    return decrypt(stored)
