"""What a file of one kind looks like: a model of its row, its key, the headings people use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.imports.reading import BOUNDS, Bounds

_NOT_WORD = re.compile(r"[^a-z0-9]+")


class ImportRow(BaseModel):
    """Base of every import's row. An empty cell is the field's default; without one, an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


R = TypeVar("R", bound=ImportRow)


def plain(heading: str) -> str:
    """A heading without its dress: “Family Name ” and “family_name” are the same."""
    return _NOT_WORD.sub("_", heading.strip().casefold()).strip("_")


@dataclass(frozen=True)
class Layout(Generic[R]):
    """The layout of one kind of file.

    ``key`` names the field that identifies a row; ``unique`` the fields of which no two rows of
    a file may have the same; ``aliases`` the headings that other programs use for a field.
    """

    kind: str
    plural: str
    model: type[R]
    key: str
    unique: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    bounds: Bounds = BOUNDS

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.model.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(k for k, item in self.model.model_fields.items() if item.is_required())

    def title(self, name: str) -> str:
        """The name of a field as people read it."""
        given = self.model.model_fields[name].title if name in self.model.model_fields else None
        return given or name.replace("_", " ")

    def columns(self, header: tuple[str, ...]) -> tuple[dict[str, int], tuple[str, ...]]:
        """Where each field stands, and the headings that mean nothing to us."""
        known = {plain(alias): name for alias, name in self.aliases.items()}
        known |= {name: name for name in self.fields}
        places: dict[str, int] = {}
        ignored = []
        for index, heading in enumerate(header):
            name = known.get(plain(heading))
            if name is None:
                ignored.append(heading)
            elif name in places:
                raise InvalidInput(
                    f"Two columns stand for the {self.title(name)}:"
                    f" “{header[places[name]]}” and “{heading}”. Keep one.",
                    column=heading,
                )
            else:
                places[name] = index
        absent = [name for name in self.required if name not in places]
        if absent:
            raise InvalidInput(
                f"The file has no column {', '.join(absent)}. A file of {self.plural} has the"
                f" columns {', '.join(self.fields)}.",
                columns=", ".join(absent),
            )
        return places, tuple(ignored)
