"""The parameters of a law that come with the product."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from quartermaster.records.rules.retention import Disposition, Period, Terms, Trigger


@cache
def shipped(law: str) -> tuple[str, tuple[Terms, ...]]:
    """What is said of a schedule such as ``wisconsin``, and its series in their order."""
    path = Path(__file__).parent.parent / "data" / f"{law}.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return str(data["note"]).strip(), tuple(_terms(row) for row in data["series"])


def _terms(row: dict[str, Any]) -> Terms:
    return Terms(
        code=row["code"],
        title=row["title"],
        about=row.get("about", ""),
        trigger=Trigger(row["trigger"]),
        period=Period(row.get("years", 0), row.get("months", 0), row.get("days", 0)),
        basis=row["basis"],
        disposition=Disposition(row["disposition"]),
        sources=tuple(row.get("sources", ())),
    ).checked()
