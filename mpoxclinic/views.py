import logging

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from clinics.permissions import PUBLIC, access

logger = logging.getLogger(__name__)


@access(PUBLIC)
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database and Valkey answer, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with redis.from_url(settings.REDIS_URL, socket_timeout=2) as valkey:
            valkey.ping()
    except (DatabaseError, redis.RedisError) as error:
        logger.warning("not healthy: %s", type(error).__name__)
        return HttpResponse("not ready", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@access(PUBLIC)
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Let search engines see the front page only."""
    return HttpResponse("User-agent: *\nAllow: /$\nDisallow: /\n", content_type="text/plain")


@access(PUBLIC)
@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead browsers that guess the icon's address to the icon."""
    return HttpResponseRedirect(static("icon.svg"))
