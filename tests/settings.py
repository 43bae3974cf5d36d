"""Settings of the tests: the house's own, on data of their own."""

import os
from pathlib import Path

_root = Path(__file__).resolve().parent.parent
os.environ.setdefault("QUARTERMASTER_DATA", str(_root / ".data" / "test"))
os.environ["QUARTERMASTER_DEVELOPMENT"] = "true"
os.environ["QUARTERMASTER_LOG_LEVEL"] = "WARNING"

from quartermaster.config.settings import *  # noqa: E402, F403 (the environment comes first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["ENGINE"] = "tests.postgres"  # noqa: F405
