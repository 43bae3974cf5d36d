"""Writes docs/reference.md: commands, permits by role, events, state machines, from the code."""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartermaster.config.settings")

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
ROOMS = ("notify", "org", "policy", "inventory", "mdm", "compliance")


def page() -> str:
    """The whole page; the house must be open (`django.setup`)."""
    parts = [
        "# Reference\n\nWritten by `make docs` from the code.\n",
        "## Commands\n\n| command | what it does |\n|---|---|\n" + "\n".join(_commands()),
        "\n## Permits\n\nWho may do what, and how far it reaches.\n\n" + "\n".join(_permits()),
        "\n## Events\n\n| event | says |\n|---|---|\n" + "\n".join(_events()),
        "\n## State machines\n" + "\n".join(_machines()),
    ]
    return "\n".join(parts) + "\n"


def _commands() -> Iterator[str]:
    import typer.main

    from quartermaster.cli.root import app

    def walk(command: object, words: str) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            text = (getattr(command, "help", "") or "").split("\n\n")[0].replace("\n", " ")
            yield f"| `{words}` | {text.strip()} |"
            return
        for name in sorted(inner):
            yield from walk(inner[name], f"{words} {name}")

    yield from walk(typer.main.get_command(app), "quartermaster")


def _permits() -> Iterator[str]:
    from quartermaster.kernel.permits import SYSTEM_ROLE, all_permits

    permits = [item for item in all_permits() if not item.code.startswith("test.")]
    found = {role for item in permits for role in item.given} - {SYSTEM_ROLE}
    roles = sorted(str(getattr(role, "value", role)) for role in found)
    yield "| permit | " + " | ".join(roles) + " |"
    yield "|---|" + "---|" * len(roles)
    for item in permits:
        scopes = [item.given[role].value if role in item.given else "" for role in roles]
        yield f"| `{item.code}`: {item.title} | " + " | ".join(scopes) + " |"


def _events() -> Iterator[str]:
    from quartermaster.kernel.events import all_events

    for item in all_events():
        if not item.tag.startswith("test."):
            text = (item.__doc__ or "").split("\n\n")[0].replace("\n", " ")
            own = text if not text.startswith(f"{item.__name__}(") else ""
            yield f"| `{item.tag}` | {' '.join(own.split())} |"


def _machines() -> Iterator[str]:
    from quartermaster.kernel.transitions import Machine

    seen = {}
    for room in ROOMS:
        package = import_module(f"quartermaster.{room}")
        for info in walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in info.name:
                continue
            for value in vars(import_module(info.name)).values():
                if isinstance(value, Machine):
                    seen.setdefault(f"{room}: {value.name}", value)
    for name in sorted(seen):
        yield f"\n### {name}\n\n```mermaid\n{seen[name].mermaid()}\n```"


def main() -> None:
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")


if __name__ == "__main__":
    main()
