"""A real provider in a process of its own: django-oauth-toolkit, which enforces PKCE with S256.

    python -m tests.oidc.real REDIRECT_URI LOGGED_OUT_URI PRIVATE_KEY_FILE

It prints its address when it is ready. People log in with their number, and ``PASSWORD``; those in
``LOW`` reach the lower level only.
"""

import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

CLIENT, SECRET, PASSWORD = "vaksinetime", "hemmelig-nok-til-prøve", "prøve"
PEOPLE = ("02013299997", "30108299920", "30108299939")
LOW = {"30108299939"}
PAGE = """<!DOCTYPE html><html lang="nb"><title>Logg inn</title><main><h1>Prøve-ID</h1>
<form method="post">{% csrf_token %}{{ form.as_p }}<button>Logg inn</button></form></main>"""


class QuietHandler(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def main(back: str, logged_out: str, key_file: str) -> None:
    """Serve until killed."""
    server = make_server("127.0.0.1", 0, lambda *_: [], WSGIServer, QuietHandler)
    address = f"http://127.0.0.1:{server.server_port}"
    _configure(address, Path(key_file).read_text(), Path(key_file).with_name("provider.sqlite3"))
    _fill(back, logged_out)
    from django.core.handlers.wsgi import WSGIHandler  # once configured

    server.set_app(WSGIHandler())
    print(address, flush=True)  # noqa: T201
    server.serve_forever()


def _configure(address: str, key: str, database: Path) -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="prøve" * 10,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.oidc.real_urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": PAGE},
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ],
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="provider_session",
        CSRF_COOKIE_NAME="provider_csrf",
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": address,
            "OIDC_RSA_PRIVATE_KEY": key,
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "OAUTH2_VALIDATOR_CLASS": "tests.oidc.real_urls.Validator",
            "SCOPES": {"openid": "openid", "profile": "profile"},
            "PKCE_REQUIRED": True,
            "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        },
    )
    settings.TEMPLATES[0].pop("APP_DIRS")
    django.setup()


def _fill(back: str, logged_out: str) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for number in PEOPLE:
        User.objects.create_user(number, password=PASSWORD)
    client: Any = Application(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=back,
        post_logout_redirect_uris=logged_out,
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )
    client.save()


if __name__ == "__main__":
    main(*sys.argv[1:])
