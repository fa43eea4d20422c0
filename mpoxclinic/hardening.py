"""What every request and answer goes through, whatever view it is for."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from appointments.views.calendar_feed import COOKIE as FEED
from care.portal.door import COOKIE as ACTIVATED
from clinics.permissions import PUBLIC
from limits.addresses import comes_through_proxy
from limits.middleware import has_token
from mpoxclinic.error_pages import not_allowed, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "POST")
# Pages use none of what a browser can lend them; a passkey is asked for by our own pages only.
PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                *("accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera"),
                *("display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope"),
                *("hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
                *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb"),
                *("web-share", "xr-spatial-tracking"),
            )
        ),
        *(f"{feature}=(self)" for feature in ("publickey-credentials-get", "clipboard-write")),
    ]
)
# Cookies that say nothing of who somebody is.
_OF_NOBODY = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
_MAY_BE_FOUND = "/"


class ProxyMiddleware:
    """Believes a proxy's word on the scheme only from a proxy of ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forget what somebody else has put there."""
        if not comes_through_proxy(request):
            request.META.pop(settings.SECURE_PROXY_SSL_HEADER[0], None)
        return self.get_response(request)


class HostCookieMiddleware:
    """Gives all cookies the prefix by which browsers keep neighbours from setting them.

    ``__Host-``: set by this very host over HTTPS, for all of it; ``__Secure-`` where a cookie is
    for one path. Inside, cookies keep their plain names; one that comes without its prefix was set
    by somebody else, and is not seen. A neighbour may set ``__Secure-`` ones too, for this host: so
    only those are seen that are for one path, whose secrets must be known here.
    """

    PREFIXES = ("__Host-", "__Secure-")
    FOR_ONE_PATH = frozenset({ACTIVATED, FEED})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the prefixes off, and put them on."""
        sent, [host, secure] = request.COOKIES, self.PREFIXES
        request.COOKIES = {
            name.removeprefix(host): value for name, value in sent.items() if name.startswith(host)
        } | {name: sent[secure + name] for name in self.FOR_ONE_PATH if secure + name in sent}
        response = self.get_response(request)
        named: SimpleCookie = SimpleCookie()
        for name, cookie in response.cookies.items():
            prefix = self.PREFIXES[0 if cookie["path"] == "/" else 1]
            named[prefix + name] = cookie.value
            for attribute, value in cookie.items():
                named[prefix + name][attribute] = value
            named[prefix + name]["secure"] = True
        response.cookies = named
        return response


class ShapeMiddleware:
    """Refuses, before anything is read, what no page of ours would be asked with."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 405 to methods that nothing here knows, and 413 to what is too long."""
        if request.method not in METHODS:
            page = not_allowed(request)
            page["Allow"] = ", ".join(METHODS)
            return page
        # One that is no number is read as 0 by Django.
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and (len(length) > len(str(most)) or int(length) > most):
            return too_large(request)
        return self.get_response(request)


class HeadersMiddleware:
    """Says on every answer what a browser may do with it, and what may be kept of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a view may be stricter than this, and a public one may say how it is kept."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Server", "web")  # else the web server puts its name there
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path != _MAY_BE_FOUND:
            headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if _is_personal(request) and "no-store" not in headers.get("Cache-Control", ""):
            add_never_cache_headers(response)
        # A page's own form needs its origin (CSRF); what only leads on or refuses says nothing.
        opened_by_token = has_token(getattr(request, "_opened_by", {}))
        if opened_by_token and response.status_code != HTTPStatus.OK:
            headers["Referrer-Policy"] = "no-referrer"
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[object, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Note whose page it is."""
        setattr(request, "_is_public", getattr(view, "access_rule", None) is PUBLIC)  # noqa: B010
        setattr(request, "_opened_by", kwargs)  # noqa: B010


def _is_personal(request: HttpRequest) -> bool:
    """Tell whether an answer is for one person: no public page, or a browser that is known."""
    return not getattr(request, "_is_public", False) or not set(request.COOKIES) <= _OF_NOBODY
