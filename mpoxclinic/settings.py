"""Settings, read from the environment.

``MPOX_DEMO=1`` is the demo and test mode: debug pages, keys kept in ``var/``, gateways that write
files. Without it every secret must be given, and a missing one stops the start.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from limits.addresses import networks
from mpoxclinic.id_porten_settings import id_porten_settings
from mpoxclinic.key_settings import DEMO_KEY, refuse_demo_hosts, refuse_weak_keys
from mpoxclinic.message_settings import email_settings, sms_settings
from mpoxclinic.retention_settings import keep_days

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MPOX_VAR", BASE_DIR / "var"))
DEMO = os.environ.get("MPOX_DEMO") == "1"
DEBUG = DEMO


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. docs/settings.md says what a server needs.")
    return value


def _secret(name: str) -> str:
    """Read a secret from the environment; in demo mode make one in ``var/`` and keep it."""
    if not DEMO or os.environ.get(name):
        return _required(name)
    path = VAR_DIR / "demo-keys" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(DEMO_KEY + secrets.token_urlsafe(38))
        try:
            os.link(draft, path)  # whoever is first wins; the others read the winner's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ImproperlyConfigured(f"{name} is no number from 1 to 10000.")
    return int(text)


def _minutes(name: str, default: int, *, between: tuple[int, int]) -> int:
    text = os.environ.get(name, str(default))
    shortest, longest = between
    if not text.isdecimal() or not shortest <= int(text) <= longest:
        raise ImproperlyConfigured(f"{name} is a number of minutes, {shortest} to {longest}.")
    return int(text)


SECRET_KEY = _secret("MPOX_SECRET_KEY")
# Newest first: the first encrypts and hashes, all decrypt and are looked under.
FIELD_ENCRYPTION_KEYS = _listed("MPOX_FIELD_KEYS") or [_secret("MPOX_FIELD_KEYS")]
LOOKUP_HASH_KEYS = _listed("MPOX_LOOKUP_KEYS") or [_secret("MPOX_LOOKUP_KEYS")]
# Newest first: the first signs the seals of the access log, all verify them. Theirs alone.
AUDIT_KEYS = _listed("MPOX_AUDIT_KEYS") or [_secret("MPOX_AUDIT_KEYS")]
if not DEMO:
    refuse_weak_keys(
        {
            "MPOX_SECRET_KEY": [SECRET_KEY],
            "MPOX_FIELD_KEYS": FIELD_ENCRYPTION_KEYS,
            "MPOX_LOOKUP_KEYS": LOOKUP_HASH_KEYS,
            "MPOX_AUDIT_KEYS": AUDIT_KEYS,
        },
        demo_keys=VAR_DIR / "demo-keys",
    )

# More different people than this, looked up by one of the staff besides their boards, is an alarm;
# so is this many in a day with whom the clinic has nothing to do.
ALARM_PEOPLE_IN_AN_HOUR = _number("MPOX_ALARM_PEOPLE_IN_AN_HOUR", 40)
ALARM_WITHOUT_TIE_IN_A_DAY = _number("MPOX_ALARM_WITHOUT_TIE_IN_A_DAY", 5)

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = _listed("MPOX_HOSTS", ",".join(LOOPBACK) if DEMO else "")
if DEMO:
    refuse_demo_hosts(ALLOWED_HOSTS, LOOPBACK)
PORT = os.environ.get("MPOX_PORT", "8000")
# Where links in messages point; messages are sent by the worker, which has no request.
PUBLIC_URL = (
    os.environ.get("MPOX_PUBLIC_URL", f"http://127.0.0.1:{PORT}")
    if DEMO
    else _required("MPOX_PUBLIC_URL")
)

# Whose word on where a request comes from is believed: the addresses of proxies of one's own.
PROXIES = _listed("MPOX_PROXIES", "127.0.0.1,::1")
try:
    networks(PROXIES)
except ValueError as error:
    raise ImproperlyConfigured(f"MPOX_PROXIES: {error}") from error

# Who brings it may read the figures of /healthz from another machine; without it nobody may.
HEALTH_TOKEN = os.environ.get("MPOX_HEALTH_TOKEN", "")

INSTALLED_APPS = [
    "mpoxclinic",
    "care",
    "appointments",
    "eligibility",
    "vaccinations",
    "patients",
    "notifications",
    "clinics",
    "audit",
    "crispy_forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
if DEMO:
    INSTALLED_APPS.append("django_migration_linter")  # `make test` asks it

MIDDLEWARE = [
    "mpoxclinic.hardening.ProxyMiddleware",
    "mpoxclinic.hardening.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mpoxclinic.hardening.ShapeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "clinics.login_middleware.StaffLoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "patients.middleware.BrowserKeyMiddleware",
    "mpoxclinic.middleware.NoBlankPageMiddleware",
    "limits.middleware.LimitsMiddleware",
    "clinics.middleware.OutageMiddleware",
    "clinics.middleware.AccessRuleMiddleware",
]
if not DEMO:
    MIDDLEWARE.insert(0, "mpoxclinic.hardening.HostCookieMiddleware")

ROOT_URLCONF = "mpoxclinic.urls"
WSGI_APPLICATION = "mpoxclinic.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["designsystemet"]
CRISPY_TEMPLATE_PACK = "designsystemet"

# Two roles on one database: the application's changes rows, the owner's changes tables.
DATABASE_URL = _required("DATABASE_URL")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True),
    "owner": dj_database_url.parse(os.environ.get("DATABASE_OWNER_URL") or DATABASE_URL),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = _required("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
}

CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: after 100 attempts, some 50 minutes, a worker would end, and messages with it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A booking must not wait for a broker that is down: the sweeps find the work in rows anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5}
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "clinics.Staff"
# The e-mail address is encrypted; unique is its hash, which look-ups ask.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "clinics.allauth_adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Of an account little, of an address much: a clinic's machines share one. A second factor that
# fails is counted by account, as a password is.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/300s/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # the machines of a clinic are shared
MFA_ADAPTER = "clinics.allauth_adapter.StaffMFAAdapter"
MFA_FORMS = {"add_webauthn": "clinics.passkeys.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey is both steps in one: it asks for a finger, a face or a PIN.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost
MFA_TOTP_ISSUER = "Timebestilling"

# Where patients show who they are; None offers no log-in with ID-porten.
ID_PORTEN = id_porten_settings(os.environ)
# A log-in ends when nobody has used it for so long, and at the latest after so long.
STAFF_IDLE = timedelta(minutes=_minutes("MPOX_STAFF_IDLE_MINUTES", 15, between=(2, 60)))
STAFF_LONGEST = timedelta(hours=12)
STAFF_IDENTITY = "clinics.allauth_identity.AllauthIdentity"
# What a session holds is encrypted, and its key stands nowhere but in the cookie; on top of that
# a log-in follows its session to a new key.
SESSION_ENGINE = "clinics.session_store"

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = not DEMO

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
if DEMO:
    # The finders serve the files; WhiteNoise only warns when the folder is not there.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = False
if not DEMO:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Who can open backups (age recipients, several for several key holders), and where they are put.
BACKUP_RECIPIENTS = _listed("MPOX_BACKUP_RECIPIENTS")
BACKUP_DIR = Path(os.environ.get("MPOX_BACKUP_DIR", VAR_DIR / "backups"))
BACKUP_IDENTITY_FILE = os.environ.get("MPOX_BACKUP_IDENTITY_FILE", "")

# For the privacy page: who answers for the data, and where to ask about it.
CONTROLLER = os.environ.get("MPOX_CONTROLLER", "")
PRIVACY_CONTACT = os.environ.get("MPOX_PRIVACY_CONTACT", "")

# What care.retention's schedule leaves to the clinic's controller.
KEEP_DAYS = keep_days(os.environ)

OUTBOX_DIR = VAR_DIR / "outbox"
SERVICE_NAME = _("Timebestilling")
DEFAULT_FROM_EMAIL = os.environ.get("MPOX_FROM_EMAIL", "Timebestilling <time@example.invalid>")
SMS_SENDER = "Time"
# For each step of the talk with a mail server; all of them together stay within a lease.
EMAIL_TIMEOUT = 15
# Without a secret no receipt is believed.
SINCH_URL = ""
SINCH_PLAN = ""
SINCH_TOKEN = ""
SINCH_WEBHOOK_SECRET = ""
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = OUTBOX_DIR / "email"
    SMS_GATEWAY = "notifications.gateways.FileSmsGateway"
else:
    globals().update(email_settings(os.environ) | sms_settings(os.environ))

# A name in a message never stands in a cookie of a machine that is shared.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # phones are lent, and machines of a clinic are shared
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "mpoxclinic.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# No form of ours is near it, and there are no uploads. Longer requests are not read at all.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The design system draws icons as data: SVG masks.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [NONE],
        "object-src": [NONE],
        "worker-src": [NONE],
        "manifest-src": [NONE],
        "media-src": [NONE],
        "script-src-attr": [NONE],
        "style-src-attr": [NONE],
        "upgrade-insecure-requests": not DEMO,
    }
}

DEFAULT_EXCEPTION_REPORTER_FILTER = "mpoxclinic.masking.NothingPersonalFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "mpoxclinic.masking.MaskingFormatter",
            "format": "{levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django and the web server give these handlers of their own, which mask nothing: they lose
        # them by being named here (Celery's lose them in celery.py).
        **{
            name: {"propagate": True}
            for name in ("django", "django.server", "_granian", "granian.access")
        },
        "audit": {"level": "WARNING" if DEMO else "INFO"},  # the heads of the access log
        "fontTools": {"level": "ERROR"},  # else lines for each PDF
        "fpdf": {"level": "ERROR"},  # else it names letters that the font lacks
        "fido2": {"level": "WARNING"},  # else it names the passkeys that are used
        "httpx": {"level": "WARNING"},  # else a line for each SMS
    },
}
