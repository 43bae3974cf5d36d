"""Settings of a devices' door that serves the test database of the process that started it."""

import os

from tests.settings import *  # noqa: F403 (the tests' own settings, on another address)
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["INTEROP_DATABASE"]
