"""Writes docs/requirements.md from the catalogue of settings, so that the page cannot drift."""

import sys
from pathlib import Path

from quartermaster.policy.requirements import CATALOGUE, Setting

PAGE = Path(__file__).resolve().parent.parent / "docs" / "requirements.md"
HEAD = """# Requirements kept as files

What is required of devices can be kept in git and applied like any other plan:

```
policy/
├── city.yaml         sections `city` and `personal`: what the city asks, by owner
└── departments/
    ├── WATER.yaml    an overlay: what a covered department adds
    └── POLICE.yaml   an adoption: what an excluded department takes on
```

```yaml
# departments/WATER.yaml                 # departments/POLICE.yaml
overlay:                                 adoption:
  city:                                    clauses: [G-3]
    passcode_minimum_length: 8             settings: [encryption_required]
                                           decided_on: 2026-11-01
                                           decided_by: "1005"   # personnel number
```

- `quartermaster policy export DIR` writes what stands now; `quartermaster policy plan DIR` shows
  what would change (exit code 0: nothing, 2: something, 1: refused), with `--json` for programs.
- `quartermaster policy apply DIR --plan DIGEST` applies exactly the plan with that digest, or
  nothing. Without `--plan` it shows the plan and asks. Without `DIR` both take the defaults that
  ship with the program.
- The directory is the whole truth: a department without a file has neither overlay nor adoption.
- An overlay can only be stricter (C-5). A laxer one is refused, naming the setting and both values.
  Divisions inherit the overlays of their parents.
- What lets devices erase themselves waits for a second person, who confirms it on the page
  *Changes of requirements*; name who asks for it with `--by NUMBER`.
- Less than what is required is possible only by an exception: one setting, 180 days at most, two
  people.

## Settings

Stricter of two: the higher of *at least*, the lower of *at most*, the later of *ranked*,
*required* of a flag, all of a *union*, what both have of an *intersection*, the higher version of
each platform.

| setting | clause | order | what may stand there |
|---|---|---|---|
"""


def _row(entry: Setting) -> str:
    name = f"`{entry.key}`" + (" (two people)" if entry.destructive else "")
    return (
        f"| {name}<br>{entry.title} | {entry.clause} | {entry.order.kind}"
        f" | {entry.order.describe()} |\n"
    )


def page() -> str:
    return HEAD + "".join(_row(entry) for entry in CATALOGUE.values())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
