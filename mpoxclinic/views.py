from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from clinics.permissions import PUBLIC, access


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
