"""Codes for cameras and scanners, drawn to stand in a page."""

import io

import segno
from django.utils.safestring import mark_safe


def picture_of(text: str) -> str:
    """Return a QR code of a text of ours as SVG: no style or script in it, and no text."""
    picture = io.BytesIO()
    segno.make(text, error="q", micro=False, boost_error=False).save(
        picture,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="arrival-code__picture",
        lineclass=None,
        dark="#000",
        light="#fff",
        border=4,
        nl=False,
    )
    return mark_safe(picture.getvalue().decode())  # noqa: S308  # squares, drawn by segno
