"""Django's settings, derived from `environment`; nothing here reads a variable itself."""

from pathlib import Path
from urllib.parse import unquote, urlparse

from quartermaster.config import embedded
from quartermaster.config.environment import environment
from quartermaster.config.logs import configure as configure_logs
from quartermaster.config.mail import mail_settings
from quartermaster.kernel import vault
from quartermaster.web import assets

_env = environment()
_here = Path(__file__).resolve().parent.parent
_keys = {
    name: _env.kept_key(name) for name in ("secret_key", "vault_key", "audit_key", "archive_key")
}

vault.install(_keys["vault_key"])
configure_logs(_env.log_format, _env.log_level)

SECRET_KEY = _keys["secret_key"].hex()
AUDIT_KEY = _keys["audit_key"]
ARCHIVE_KEY = _keys["archive_key"]
DATA = _env.data
CITY = _env.city
SUPPORT_ENDS = _env.support_ends
HOLIDAYS = [day.isoformat() for day in _env.holidays]
PUBLIC_REPORT = _env.public_report
CURE_DAYS: dict[str, int] = {str(key): days for key, days in _env.cure_days.items()}
CASE_DAYS: dict[str, int] = {str(key): days for key, days in _env.case_days.items()}
ORDER_LIMIT_CENTS = _env.order_limit_cents
BILL_MINOR_CENTS = _env.bill_minor_cents
BILL_EXTRAS_CENTS = _env.bill_extras_cents
BILL_SAVING_CENTS = _env.bill_saving_cents
BILL_UNUSED_CYCLES = _env.bill_unused_cycles
BILL_MONTHS_COMPARED = _env.bill_months_compared
DISPUTE_DAYS = _env.dispute_days
HANDOVER_DAYS = _env.handover_days
CARRIER_FOLDER = _env.carrier_folder
CARRIER_FILE_LARGEST_MB = _env.carrier_file_largest_mb
USAGE_MEMORY_MB = _env.usage_memory_mb
USAGE_THREADS = _env.usage_threads
USAGE_MAIL_DAY = _env.usage_mail_day
USAGE_MAIL_WAIT_DAYS = _env.usage_mail_wait_days
USAGE_REVIEW_DAYS = _env.usage_review_days
LOSS_HOURS: dict[str, int] = {str(key): span for key, span in _env.loss_hours.items()}
SANITISE_VERIFY = tuple(_env.sanitise_verify)
LINE_ORDER_HOURS = _env.line_order_hours
LINE_RESTORE_WARN_DAYS = _env.line_restore_warn_days
DETAIL_REQUEST_DAYS = _env.detail_request_days
DETAIL_REQUEST_SPAN_DAYS = _env.detail_request_span_days
DETAIL_NOTICE_DAYS = _env.detail_notice_days
REPEAT_COUNT = _env.repeat_count
REPEAT_WITHIN_DAYS = _env.repeat_within_days
REQUEST_DAYS: dict[str, int] = {str(key): days for key, days in _env.request_days.items()}
LOAN_DAYS: dict[str, int] = {str(key): days for key, days in _env.loan_days.items()}
WEB_ADDRESS = _env.web_address
WEB_URL = _env.web_url
DEVICES_ADDRESS = _env.devices_address
DEVICES_URL = _env.devices_url
METRICS_TOKEN = _env.metrics_token
DEVICE_CERTIFICATE_HEADER = _env.device_certificate_header.lower()
TRUSTED_PROXIES = tuple(_env.trusted_proxies)
APPLE_FORMER_PATHS = tuple(_env.apple_former_paths)
ACCOUNTS = [account.model_dump() for account in _env.accounts]
NOTICES_ON_DEVICES = _env.notices_on_devices
NETWORKS = [network.model_dump() for network in _env.networks]
ACCOUNT_ENROLMENT = dict(_env.account_enrolment)
MANAGED_ACCOUNT_DOMAIN = _env.managed_account_domain
SCEP_ALLOW_DES = _env.scep_allow_des
APPLE_ACME = _env.apple_acme
APPLE_ATTESTATION_ROOTS = _env.apple_attestation_roots
ADE_SERVER_URL = _env.ade_server_url
ADE_SIGN_IN = _env.ade_sign_in
ADE_DEPARTMENT = _env.ade_department
ADE_SUPPORT_PHONE = _env.ade_support_phone
ADE_SUPPORT_EMAIL = _env.ade_support_email
ADE_LANGUAGE = _env.ade_language
ADE_REGION = _env.ade_region
ADE_SKIP = _env.ade_skip
ADE_ANCHORS = _env.ade_anchors
ADE_MAC_ADMINISTRATOR = _env.ade_mac_administrator
APPLE_DEVICE_ANCHORS = _env.apple_device_anchors
ERASE_WAIT_MINUTES = _env.erase_wait_minutes
ERASE_WAIT_MINUTES_LOST = _env.erase_wait_minutes_lost
ERASE_WAIT_MINUTES_MANY = _env.erase_wait_minutes_many
ERASE_LIMIT_REQUESTER = _env.erase_limit_requester
ERASE_LIMIT_APPROVER = _env.erase_limit_approver
ERASE_LIMIT_FLEET = _env.erase_limit_fleet
ERASE_LIMIT_PERCENT = _env.erase_limit_percent
AUTOMATIC_LIMIT_FLEET = _env.automatic_limit_fleet
AUTOMATIC_LIMIT_PERCENT = _env.automatic_limit_percent
AUTOMATIC_JUMP_PERCENT = _env.automatic_jump_percent
AUTOMATIC_JUMP_LEAST = _env.automatic_jump_least
AUTOMATIC_JUMP_HOURS = _env.automatic_jump_hours
ERASE_SETTLED_HOURS = _env.erase_settled_hours
HOLD_REMIND_DAYS = _env.hold_remind_days
HOLD_ESCALATE_AFTER = _env.hold_escalate_after
HOLD_RENOTICE_DAYS = _env.hold_renotice_days
ARCHIVE_AUDIT_FILES = _env.archive_audit_files
OPEN_RECORDS_PAGE = _env.open_records_page
OPEN_RECORDS_LAW = _env.open_records_law
OPEN_RECORDS_DAYS: dict[str, int] = {str(key): n for key, n in _env.open_records_days.items()}
OPEN_RECORDS_RATES: dict[str, int] = {str(key): n for key, n in _env.open_records_rates.items()}
OPEN_RECORDS_SECOND_LOOK = _env.open_records_second_look
OPEN_RECORDS_HOURLY = _env.open_records_hourly
OPEN_RECORDS_HOURLY_PLACE = _env.open_records_hourly_place
FILES_STORE, FILES_REPLICA = _env.files_store, _env.files_replica
FILES_S3 = {
    "endpoint": _env.files_s3_endpoint,
    "region": _env.files_s3_region,
    "key_id": _env.files_s3_key_id,
    "secret": _env.files_s3_secret,
}
FILES_S3_LOCK = _env.files_s3_lock
ARCHIVE_TSA_URL = _env.archive_tsa_url
ARCHIVE_TSA_CERTIFICATES = _env.archive_tsa_certificates
RECORD_SCHEDULE = _env.record_schedule
RECORD_FISCAL_YEAR_BEGINS = _env.record_fiscal_year_begins
RETENTION_WAIT_DAYS = _env.retention_wait_days
RETENTION_TRANSFER_DAYS = _env.retention_transfer_days
RETENTION_BATCH_MOST = _env.retention_batch_most
RECORD_LARGEST_MB = _env.record_largest_mb
EXPORT_LARGEST_MB = _env.export_largest_mb
EXPORT_HOURS = _env.export_hours
INBOX_ADDRESS = _env.inbox_address
INBOX_AUTHSERV = _env.inbox_authserv
INBOX_IMAP_URL = _env.inbox_imap_url
INBOX_IMAP_TRUST = _env.inbox_imap_trust
LMTP_ADDRESS = _env.lmtp_address
QUARANTINE_MOST_FILES = _env.quarantine_most_files
QUARANTINE_MOST_MB = _env.quarantine_most_mb
QUARANTINE_DAYS = _env.quarantine_days
RECORD_FOLDER = _env.record_folder
RECORD_TRANSFER_DAYS = _env.record_transfer_days
RECORD_REMIND_DAYS = _env.record_remind_days
RECORD_REMIND_MOST = _env.record_remind_most
ERASE_WIFI_PROFILE = _env.erase_wifi_profile
APPS_AND_BOOKS_URL = _env.apps_and_books_url
APPLE_PUSH_URL = _env.apple_push_url
APPLE_PUSH_TRUST = _env.apple_push_trust
COMMAND_OVERDUE_HOURS = _env.command_overdue_hours
RECOVERY_DAYS = {
    "remind": _env.recovery_remind_days,
    "lock": _env.recovery_lock_days,
    "wipe": _env.recovery_wipe_days,
    "suspend": _env.recovery_suspend_days,
    "demand": _env.recovery_demand_days,
}
LOCATION_DAYS = _env.location_days
SECRET_ROTATE_HOURS = _env.secret_rotate_hours
DEVELOPMENT = _env.development
DEBUG = False
ALLOWED_HOSTS = [urlparse(_env.web_url).hostname or "localhost", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [_env.web_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "quartermaster.audit",
    "quartermaster.jobs",
    "quartermaster.files",
    "quartermaster.notify",
    "quartermaster.org",
    "quartermaster.policy",
    "quartermaster.inventory",
    "quartermaster.records",
    "quartermaster.mdm",
    "quartermaster.billing",
    "quartermaster.usage",
    "quartermaster.lifecycle",
    "quartermaster.compliance",
    "quartermaster.disclosure",
    "quartermaster.reports",
    "quartermaster.web",
    "quartermaster.config",
]


def _database() -> dict[str, object]:
    common: dict[str, object] = {
        "ENGINE": "quartermaster.config.postgres",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
    if not _env.database_url:
        return common | {
            "NAME": embedded.DATABASE,
            "USER": embedded.USER,
            "EMBEDDED": _env.data / "postgres",
        }
    url = urlparse(_env.database_url)
    return common | {
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["quartermaster.org.accounts.backend.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MIDDLEWARE = [
    "quartermaster.web.middleware.Measure",
    "quartermaster.web.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quartermaster.web.middleware.Guard",
]
ROOT_URLCONF = "quartermaster.config.urls"
WSGI_APPLICATION = "quartermaster.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_here / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quartermaster.web.context.house",
            ],
        },
    }
]

globals().update(mail_settings(_env.smtp_url))
DEFAULT_FROM_EMAIL = _env.mail_from
MAIL_DOMAIN = _env.mail_from.rpartition("@")[2].rstrip(">")

LANGUAGE_CODE = "en-us"
TIME_ZONE = _env.time_zone
USE_TZ = True
STATIC_URL = f"/static/{assets.digest()}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = assets.kept_for_ever
WHITENOISE_ALLOW_ALL_ORIGINS = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = not _env.development
CSRF_COOKIE_SECURE = not _env.development
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "quartermaster.web.problems.forged"
LOGIN_URL = "account:log-in"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "quartermaster.web.uploads.NamelessUploadHandler",
]
