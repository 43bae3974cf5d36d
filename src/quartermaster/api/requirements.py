"""What is required of devices: the catalogue of settings, and what holds for a department."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.policy import queries
from quartermaster.policy.requirements import CATALOGUE

router = Router()
READ = BearerToken("requirements:read")


class SettingOut(Schema):
    """One thing that can be required of a device."""

    key: str
    title: str
    clause: str
    kind: str
    unit: str
    platforms: list[str]
    destructive: bool
    remedy: str


class RequiredOut(Schema):
    """A setting that is asked: its value, the clause, who asks it, and any exception."""

    setting: str
    value: Any
    clause: str
    origin: str
    excepted_until: datetime | None = None


class EffectiveOut(Schema):
    """What is required of devices of one ownership in one department now."""

    department_id: UUID
    ownership: str
    required: list[RequiredOut]


@router.get(
    "requirements/catalogue",
    response=list[SettingOut],
    auth=READ,
    operation_id="list_settings",
)
def list_settings(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """The settings that can be required, in their order."""
    return [
        {
            "key": entry.key,
            "title": entry.title,
            "clause": entry.clause,
            "kind": entry.order.kind,
            "unit": entry.unit,
            "platforms": list(entry.platforms),
            "destructive": entry.destructive,
            "remedy": entry.remedy,
        }
        for entry in CATALOGUE.values()
    ]


@router.get(
    "requirements/effective",
    response=EffectiveOut,
    auth=READ,
    operation_id="get_effective_requirements",
)
def get_effective_requirements(
    request: HttpRequest, department: UUID, ownership: Literal["city", "personal"] = "city"
) -> dict[str, Any]:
    """What is required of a department's devices, less its exceptions in force."""
    if not queries.may_see_requirements_of(actor_of(request), department):
        raise NotFound("There is no such department, or you may not see it.")
    effective = queries.effective_requirements(department, ownership, at=now())
    asked = effective.requirements.asked()
    return {
        "department_id": department,
        "ownership": ownership,
        "required": [
            {
                "setting": key,
                "value": value,
                "clause": effective.sources[key].clause,
                "origin": effective.sources[key].origin,
                "excepted_until": (
                    effective.waivers[key].expires_at if key in effective.waivers else None
                ),
            }
            for key, value in asked.items()
        ],
    }
