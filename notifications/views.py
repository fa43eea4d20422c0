from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.permissions import DEMO_ONLY, access
from notifications.selectors import written_messages


@access(DEMO_ONLY)
@require_safe
@never_cache
def dev_outbox(request: HttpRequest) -> HttpResponse:
    """Show the SMS and e-mails that the demo has written to files instead of sending."""
    return render(request, "notifications/dev_outbox.html", {"written": written_messages()})
