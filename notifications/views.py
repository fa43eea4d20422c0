from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from clinics.permissions import DEMO_ONLY, MACHINE, access
from notifications.domain.signed_receipts import (
    MOST_BYTES,
    NoReceiptError,
    is_signed,
    read_receipt,
)
from notifications.selectors import written_messages
from notifications.services.receipts import Taken, take

ASK_AGAIN_SECONDS = "30"


@access(DEMO_ONLY)
@require_safe
@never_cache
def dev_outbox(request: HttpRequest) -> HttpResponse:
    """Show the SMS and e-mails that the demo has written to files instead of sending."""
    return render(request, "notifications/dev_outbox.html", {"written": written_messages()})


@access(MACHINE)
@csrf_exempt
@require_POST
@never_cache
def sinch_receipt(request: HttpRequest) -> HttpResponse:
    """Take what Sinch says of an SMS; only what bears its signature is read.

    200 for what is nothing to us too, so that it does not come again. 503, which makes Sinch come
    back, while an attempt at the same message is under way. What is wrong is not said.
    """
    now = timezone.now()
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > MOST_BYTES:
        return HttpResponse(status=400)
    secret: str = settings.SINCH_WEBHOOK_SECRET
    if not is_signed(request.body, request.headers, secret=secret, now=now):
        return HttpResponse(status=400)
    try:
        receipt = read_receipt(request.body)
    except NoReceiptError:
        return HttpResponse(status=400)
    if receipt is not None and take(receipt, now=now) is Taken.ASK_LATER:
        return HttpResponse(status=503, headers={"Retry-After": ASK_AGAIN_SECONDS})
    return HttpResponse(status=200)
