"""How the demo city came to be as it is: the same verbs, imports and doors as a real one's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localdate

import quartermaster.policy
from quartermaster.cli.demo import (
    city,
    fleet,
    handouts,
    holds,
    leavers,
    losses,
    purchasing,
    records,
    rules,
    software,
)
from quartermaster.cli.demo import requests as asking
from quartermaster.cli.demo.chapters import chapters
from quartermaster.cli.demo.custody import keep as keep_custody
from quartermaster.inventory.actions import catalogue
from quartermaster.inventory.actions.imports import Kind, import_equipment
from quartermaster.inventory.rules.details import ModelDetails
from quartermaster.kernel.permits import system
from quartermaster.org.accounts import links
from quartermaster.org.actions.import_departments import import_departments
from quartermaster.org.actions.import_people import import_people
from quartermaster.org.actions.roles import grant_role
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.actions.adoption import adopt
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.actions.drafts import import_draft
from quartermaster.policy.models import PolicyVersion
from quartermaster.policy.plan.directory import read_defaults
from quartermaster.policy.queries.acknowledgements import is_asked

HOUSE = system("the demo")
BILLED = timedelta(days=120)
SETTLED = timedelta(days=30)  # so long they have been there: a second person must have been
MODEL_POLICY = Path(quartermaster.policy.__file__).parent / "data" / "model-policy.md"
Say = Callable[[str], None]


def is_empty() -> bool:
    """Whether the ledger has no city in it yet."""
    return not Department.objects.exists()


def is_demo() -> bool:
    """Whether the city in the ledger is the demo's."""
    return Person.objects.filter(email__endswith=f"@{city.DOMAIN}").exists()


def tell(at: datetime, say: Say) -> None:
    """Fill the ledger: people, policy, requirements, equipment, log-ins."""
    today = localdate(at)
    say("People and departments")
    import_departments(content=city.as_csv(city.departments()), actor=HOUSE, at=at)
    people = city.people(today)
    import_people(content=city.as_csv(people), actor=HOUSE, at=at)
    _roles(at - SETTLED)
    say("The policy, adopted and in force")
    version = _policy(at)
    say("Acknowledgements")
    _acknowledgements(version, people, at)
    say("Requirements")
    defaults = read_defaults()
    apply_proposal(proposal=defaults, digest=policy.plan(defaults).digest, actor=HOUSE, at=at)
    say("Devices, lines, SIMs, accessories")
    _equipment(people, at)
    say("Applications")
    software.decide(at)
    software.decide_about_others(at)
    say("Requests and the hot-spot pool")
    asking.tell(at)
    say("Custody")
    keep_custody(at)
    say("Log-ins")
    _log_ins(at - SETTLED)
    say("Contracts and ordered lines")
    purchasing.contract(at)
    say("Hand-outs and receipts")
    handouts.hand_out(at)
    say("Rules that act by themselves")
    rules.make(at, city.PASSWORD)
    say("A legal hold")
    holds.hold(at)
    say("Records")
    records.save(at)
    say("Leavers")
    leavers.leave(at)
    say("Losses, returns and surplus")
    losses.befall(at)
    for chapter in chapters():
        say(chapter.TITLE)
        chapter.tell(at)


def _roles(at: datetime) -> None:
    for login in city.LOGINS:
        if login.role:
            role = Role(login.role)
            place = Department.objects.get(code=login.department)
            grant_role(
                person_id=Person.objects.get(number=login.number).id,
                role=role,
                department_id=place.id if role is Role.COORDINATOR else None,
                actor=HOUSE,
                at=at,
            )


def _policy(at: datetime) -> PolicyVersion:
    draft = import_draft(
        content=MODEL_POLICY.read_bytes(), name=MODEL_POLICY.name, actor=HOUSE, at=at
    )
    return adopt(
        version_id=draft.id,
        adopting_body="Common Council",
        file_number="2026-0117",
        in_force_on=localdate(at) - timedelta(days=1),
        actor=HOUSE,
        at=at,
    )


def _acknowledgements(version: PolicyVersion, people: list[dict[str, str]], at: datetime) -> None:
    """Everybody but each seventh of the staff has read it."""
    for number, row in enumerate(people):
        person = Person.objects.select_related("department").get(number=row["number"])
        late = number % 7 == 6 and int(row["number"]) > int(city.LOGINS[-1].number)  # noqa: PLR2004
        if not late and is_asked(person, at):
            acknowledge(
                version_id=version.id,
                text_digest=version.text_digest,
                actor=actor_for(person, at),
                at=at,
            )


def _equipment(people: list[dict[str, str]], at: datetime) -> None:
    for manufacturer, name, identifier, device_class, platform in fleet.MODELS:
        details = ModelDetails(
            manufacturer=manufacturer,
            name=name,
            identifier=identifier,
            device_class=device_class,
            platform=platform,
        )
        catalogue.add_model(details=details, actor=HOUSE, at=at)
    excluded = [code for code, _, _, reason in city.DEPARTMENTS if reason]
    asked = [row for row in people if _has_acknowledged(row["number"], at)]
    devices = fleet.devices(asked, excluded, localdate(at))
    lines = fleet.lines(devices)
    columns = list(devices[0])
    files = {
        Kind.DEVICES: city.as_csv(devices, columns),
        Kind.LINES: city.as_csv(lines),
        Kind.SIMS: city.as_csv(fleet.sims(devices, lines)),
        Kind.ACCESSORIES: city.as_csv(fleet.accessories()),
    }
    for kind, content in files.items():
        # lines have been theirs for as long as there are bills of them
        since = at - BILLED if kind is Kind.LINES else at
        import_equipment(kind=kind, content=content, actor=HOUSE, at=since)


def _has_acknowledged(number: str, at: datetime) -> bool:
    person = Person.objects.get(number=number)
    return policy.acknowledgement_due(person.id, at) is None


def _log_ins(at: datetime) -> None:
    for login in city.LOGINS:
        person = Person.objects.get(number=login.number)
        link = links.link_for(person_id=person.id, actor=HOUSE, at=at)
        links.redeem(token=link.rstrip("/").rsplit("/", 1)[-1], password=city.PASSWORD, at=at)


def log_ins() -> list[tuple[str, str]]:
    """Who can log in, and what they are for."""
    return [(login.email, login.what) for login in city.LOGINS]


def where() -> str:
    return str(settings.WEB_URL)
