"""Writes docs/openapi.json, so that a change of the contract is seen in review."""

import json
import os
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "src" / "quartermaster" / "api" / "openapi.json"


def snapshot() -> str:
    from quartermaster.api.base import openapi  # Django must be set up first

    plain = json.loads(json.dumps(openapi(), default=str))  # every key a text
    return json.dumps(plain, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartermaster.config.settings")
    import django  # the settings must be named first

    django.setup()
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
    sys.stdout.write(f"{SNAPSHOT.name} written\n")
