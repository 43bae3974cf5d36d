"""Writes docs/settings.md from the typed settings, so that the page cannot drift."""

import sys
from pathlib import Path

from quartermaster.config.environment import PREFIX, Environment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = f"""# Settings

Every setting is an environment variable. A secret can also be given as a file:
`{PREFIX}X_FILE` names the file that holds the value of `{PREFIX}X`. A malformed value stops
the start with a sentence that names it. This page is written by `make docs` from
`quartermaster.config.environment`.

| variable | default | what it does |
|---|---|---|
"""


def page() -> str:
    rows = [
        f"| `{PREFIX}{name.upper()}` | {f'`{field.default}`' if str(field.default) else 'empty'} "
        f"| {field.description} |"
        for name, field in Environment.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
