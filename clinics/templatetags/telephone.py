"""Telephone numbers that a press dials."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def phone_link(number: str) -> SafeString:
    """Write a telephone number as a link that dials it, on one line."""
    return format_html(
        '<a class="ds-link nowrap" href="tel:{}">{}</a>', "".join(number.split()), number
    )
