"""The latest state of evaluations as OSCAL assessment-results.

An observation for each line (a check of one department's devices of one ownership, or of one
device), and a finding against the clause. OSCAL has two states of a finding; our seven stand
beside them as properties. No person is ever named: a device goes by its asset tag.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from quartermaster.compliance.rules.outcome import State
from quartermaster.reports.oscal.common import Json, document, identifier, metadata, prop, stamp

PLAN = (
    "Every device under management is evaluated on each of its reports and on the clock, against"
    " the requirements of its department. Data that is missing or old is neither a pass nor a"
    " failure."
)


@dataclass(frozen=True)
class Subject:
    """A device, without a word of who holds it."""

    id: str
    tag: str
    platform: str


@dataclass(frozen=True)
class Line:
    """How a check stands: counts by state, of one department and ownership or of one device."""

    department: str
    ownership: str
    check: str
    title: str
    clause: str
    counts: Mapping[State, int]
    collected: datetime
    device: Subject | None = None

    @property
    def key(self) -> tuple[str, ...]:
        about = self.device.id if self.device else ""
        return (self.department, self.ownership, self.clause, self.check, about)

    @property
    def judged(self) -> bool:
        """Whether anything was asked at all."""
        return any(many for state, many in self.counts.items() if state != State.NOT_APPLICABLE)

    @property
    def failing(self) -> int:
        return self.counts.get(State.FAIL, 0)

    @property
    def passing_all(self) -> bool:
        others = set(self.counts) - {State.PASS, State.NOT_APPLICABLE}
        return not any(self.counts[state] for state in others)


def assessment_results(lines: Iterable[Line], *, city: str, at: datetime) -> Json:
    """The assessment-results document."""
    found = sorted(lines, key=lambda item: item.key)
    plan = identifier("resource", "assessment-plan")
    began = min((item.collected for item in found), default=at)
    result: Json = {
        "uuid": identifier("result", stamp(at), *(item.key for item in found)),
        "title": "State of the devices under management",
        "description": PLAN,
        "start": stamp(began),
        "end": stamp(at),
        "reviewed-controls": {"control-selections": [_reviewed(found)]},
    }
    devices = {item.device.id: item.device for item in found if item.device}
    if devices:
        things = [_inventory_item(device) for device in devices.values()]
        result["local-definitions"] = {"inventory-items": things}
    if found:
        result["observations"] = [_observation(item) for item in found]
    findings = [_finding(item) for item in found if item.judged]
    if findings:
        result["findings"] = findings
    title = "State of compliance with the mobile device policy"
    return document(
        "assessment-results",
        {
            "metadata": metadata(title=title, version=stamp(at), at=at, city=city),
            "import-ap": {"href": f"#{plan}"},
            "results": [result],
            "back-matter": {
                "resources": [
                    {"uuid": plan, "title": "How devices are assessed", "description": PLAN}
                ]
            },
        },
    )


def _reviewed(lines: Iterable[Line]) -> Json:
    clauses = sorted({item.clause for item in lines})
    if not clauses:
        return {"include-all": {}}
    return {"include-controls": [{"control-id": clause} for clause in clauses]}


def _inventory_item(device: Subject) -> Json:
    return {
        "uuid": identifier("device", device.id),
        "description": "A device under management.",
        "props": [
            {"name": "asset-id", "value": device.tag or device.id},
            prop("platform", device.platform),
        ],
    }


def _words(item: Line) -> str:
    about = f"device {item.device.tag or item.device.id}" if item.device else "devices"
    return f"{item.title}: {item.ownership} {about} of {item.department}"


def _observation(item: Line) -> Json:
    observation: Json = {
        "uuid": identifier("observation", *item.key),
        "title": _words(item),
        "description": "; ".join(
            f"{state.value.replace('_', ' ')}: {item.counts[state]}"
            for state in State
            if item.counts.get(state)
        )
        or "nothing evaluated",
        "props": [
            prop("check", item.check),
            prop("department", item.department),
            prop("ownership", item.ownership),
            *(
                prop("state", state.value, remarks=f"Devices: {item.counts[state]}")
                for state in State
                if item.counts.get(state)
            ),
        ],
        "methods": ["TEST"],
        "types": ["finding" if item.failing else "historic"],
        "collected": stamp(item.collected),
    }
    if item.device:
        subject = {"subject-uuid": identifier("device", item.device.id), "type": "inventory-item"}
        observation["subjects"] = [subject]
    return observation


def _finding(item: Line) -> Json:
    state, reason = "not-satisfied", "fail" if item.failing else "other"
    if item.passing_all:
        state, reason = "satisfied", "pass"
    return {
        "uuid": identifier("finding", *item.key),
        "title": _words(item),
        "description": f"{item.failing} failing of {sum(item.counts.values())} evaluated.",
        "target": {
            "type": "statement-id",
            "target-id": f"{item.clause}_smt",
            "title": item.title,
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": identifier("observation", *item.key)}],
    }
