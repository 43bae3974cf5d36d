"""The catalogue of controls: data of the package, read once and checked strictly."""

from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from quartermaster.policy.controls.ids import REQUIREMENT_IDS

FILE = Path(__file__).resolve().parent.parent / "data" / "controls.yaml"


class Kind(StrEnum):
    """How a control works."""

    T = "T"
    W = "W"
    R = "R"
    I = "I"  # noqa: E741 (the policy map's own letter)

    @property
    def label(self) -> str:
        return {
            Kind.T: "Enforced or observed on the device",
            Kind.W: "Workflow or approval",
            Kind.R: "Record or evidence",
            Kind.I: "Acknowledged by a person",
        }[self]


class Status(StrEnum):
    BUILT = "built"
    PLANNED = "planned"


class Control(BaseModel):
    """One way in which a requirement of the policy is carried out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str
    demand: str
    system: str
    kind: Kind
    status: Status
    evidence: str = ""

    @property
    def clause(self) -> str:
        return self.id.partition(".")[0]

    @property
    def word(self) -> str:
        return self.id.partition(".")[2]

    @model_validator(mode="after")
    def _check(self) -> "Control":
        if self.clause not in REQUIREMENT_IDS or not self.word:
            raise ValueError(f"{self.id} does not begin with the id of a requirement and a dot")
        if (self.status is Status.BUILT) != bool(self.evidence):
            raise ValueError(f"{self.id}: what is built has evidence, what is planned has none")
        return self


@cache
def controls() -> tuple[Control, ...]:
    """All controls, in the order of the requirements."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found = TypeAdapter(tuple[Control, ...]).validate_python(raw)
    if len({item.id for item in found}) != len(found):
        raise ValueError("Two controls have the same id.")
    return tuple(sorted(found, key=lambda item: REQUIREMENT_IDS.index(item.clause)))


def controls_of(clause: str) -> tuple[Control, ...]:
    return tuple(item for item in controls() if item.clause == clause)
