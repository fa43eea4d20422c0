"""What is asked once, when a web server or a worker starts."""

import logging

from django.core.checks import Error, Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

logger = logging.getLogger(__name__)


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured when a check of safety says no: a demo's login, or its host.

    A database that is away now is no reason: nobody logs in without it either.
    """
    found = run_checks(tags=[Tags.security])
    try:
        found += run_checks(tags=[Tags.database], databases=["default"])
    except DatabaseError as error:
        logger.warning("not asked for demo logins: %s", type(error).__name__)
    errors = [one for one in found if isinstance(one, Error)]
    if errors:
        raise ImproperlyConfigured(
            " ".join(f"{one.msg} {one.hint or ''}".strip() for one in errors)
        )
