"""The address of the static files: one digest over all of them, so that they may be kept for ever.

``/static/<digest>/…`` is served straight from the package (no collecting, no rewriting); a change
of any file changes the address of all.
"""

import hashlib
from pathlib import Path

import django_htmx

HERE = Path(__file__).resolve().parent / "static"


def digest() -> str:
    """Twelve hex digits over the names and contents of every file served."""
    running = hashlib.sha256(django_htmx.__file__.encode())
    folders = (HERE, Path(django_htmx.__file__).parent / "static")
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                running.update(path.relative_to(folder).as_posix().encode())
                running.update(path.read_bytes())
    return running.hexdigest()[:12]


def kept_for_ever(_path: str, url: str) -> bool:
    """Tell WhiteNoise that every static file is immutable: its address has the digest."""
    return url.startswith("/static/")
