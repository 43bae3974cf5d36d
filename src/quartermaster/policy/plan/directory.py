"""A rulebook kept as files (in git): ``city.yaml`` and ``departments/<CODE>.yaml``.

The directory is the whole truth: a department without a file has neither overlay nor adoption.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.plan.proposal import Proposal, read_sections, read_terms
from quartermaster.policy.requirements.parsing import (
    LARGEST_TEXT,
    mapping,
    plain_settings,
    read_yaml,
    unknown,
)
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Rulebook, Settings, Terms

CITY_FILE = "city.yaml"
DEPARTMENTS = "departments"
DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "requirements"


def read_directory(folder: Path, book: Rulebook) -> Proposal:
    """The proposal that a directory makes. All faults of all files are told at once."""
    faults: list[str] = []
    city: Mapping[str, Settings] = {}
    overlays: dict[str, Mapping[str, Settings] | None] = {}
    adoptions: dict[str, Terms | None] = {}
    try:
        city = _read_city(folder)
    except InvalidInput as fault:
        faults.append(fault.message)
    codes = tuple(sorted(place.code for place in book.places.values()))
    for file in _department_files(folder):
        try:
            overlays[file.stem], adoptions[file.stem] = _read_department(file, codes)
        except InvalidInput as fault:
            faults.append(fault.message)
    if faults:
        raise InvalidInput(" ".join(faults), faults=len(faults))
    for key in {*book.overlays, *book.adoptions}:
        overlays.setdefault(book.places[key].code, None)
        adoptions.setdefault(book.places[key].code, None)
    return Proposal(city, overlays, adoptions)


def _read_city(folder: Path) -> Mapping[str, Settings]:
    file = folder / CITY_FILE
    if not file.is_file():
        raise InvalidInput(f"{folder} has no {CITY_FILE}; it must state the city's requirements.")
    sections = read_sections(read_yaml(_text(file, CITY_FILE), CITY_FILE), CITY_FILE)
    for ownership in OWNERSHIPS:
        if ownership not in sections:
            raise InvalidInput(f"{CITY_FILE} has no section {ownership}; add one, even if empty.")
    return sections


def _read_department(
    file: Path, codes: tuple[str, ...]
) -> tuple[Mapping[str, Settings] | None, Terms | None]:
    name = f"{DEPARTMENTS}/{file.name}"
    if file.stem not in codes:
        raise InvalidInput(unknown(file.stem, name, codes))
    parts = mapping(read_yaml(_text(file, name), name), name)
    for key in parts:
        if key not in {"overlay", "adoption"}:
            raise InvalidInput(unknown(key, name, ("overlay", "adoption")))
    overlay, adoption = parts.get("overlay"), parts.get("adoption")
    return (
        None if overlay is None else read_sections(overlay, f"{name}, overlay"),
        None if adoption is None else read_terms(adoption, f"{name}, adoption"),
    )


def _department_files(folder: Path) -> list[Path]:
    files = [path for path in (folder / DEPARTMENTS).glob("*") if not path.name.startswith(".")]
    return sorted(files)


def _text(file: Path, name: str) -> bytes:
    if file.suffix != ".yaml":
        raise InvalidInput(f"{name} is not a .yaml file; rename or remove it.")
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_TEXT + 1)
    except OSError as problem:
        raise InvalidInput(f"{name} cannot be read: {problem.strerror}.") from None


def read_defaults() -> Proposal:
    """The city's requirements that a city may start from. Departments are left as they are."""
    return Proposal(city=_read_city(DEFAULTS))


def write_directory(folder: Path, book: Rulebook) -> list[Path]:
    """Write a rulebook as files, so that a city can begin to keep it in git."""
    texts: dict[Path, Any] = {
        folder / CITY_FILE: {
            name: book.city[name].asked() if name in book.city else {} for name in OWNERSHIPS
        }
    }
    for key in sorted({*book.overlays, *book.adoptions}, key=str):
        parts: dict[str, Any] = {}
        if key in book.overlays:
            parts["overlay"] = {
                name: plain_settings(values) for name, values in book.overlays[key].items()
            }
        if key in book.adoptions:
            parts["adoption"] = book.adoptions[key].plain()
        texts[folder / DEPARTMENTS / f"{book.places[key].code}.yaml"] = parts
    for path, parts in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(parts, sort_keys=False, allow_unicode=True))
    return list(texts)
