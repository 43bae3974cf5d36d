"""The command line ``quartermaster``: opens the house, then hands over to the commands."""

import os
import sys

from quartermaster.kernel.errors import HouseError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartermaster.config.settings")
    import django  # the settings must be named first

    django.setup()
    from quartermaster.cli.root import app  # models are importable only now

    try:
        app()
    except HouseError as problem:
        sys.exit(f"{problem.message} [{problem.code}]")
