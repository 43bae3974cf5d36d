"""The demo city's applications: decided, assigned, and in the store that its devices know."""

from dataclasses import dataclass
from datetime import datetime

import httpx

from quartermaster.inventory.actions import applications
from quartermaster.inventory.actions.applications import Decision
from quartermaster.inventory.verdicts import Verdict
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import Purpose, Software, SoftwareSource
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for
from quartermaster.simulators.apple import App
from quartermaster.simulators.apple.state import State

HOUSE = system("the demo")
PHONES = ("ios", "ipados")


@dataclass(frozen=True)
class Product:
    """One application of the demo, and for whom it is."""

    app: App
    number: int
    note: str
    purpose: Purpose
    departments: tuple[str, ...]
    licensed: bool = False


PRODUCTS = (
    Product(
        App("com.example.fieldforms", "Field Forms", "5.0"),
        900000001,
        "Reports of inspections are made with it",
        Purpose.REQUIRED,
        ("DPW", "DNS"),
    ),
    Product(
        App("com.example.cityevents", "City Events", "2.3"),
        900000002,
        "Branches announce their programmes with it",
        Purpose.OFFERED,
        ("LIB", "HEALTH", "WATER"),
    ),
    Product(
        App("com.example.meterreader", "Meter Reader Pro", "9.1"),
        900000003,
        "Reads meters by radio; its licences are ordered",
        Purpose.REQUIRED,
        ("WATER-FIELD",),
        licensed=True,
    ),
)
OURS = ("com.city.routes", "Routes", ("DPW", "LIB"))

DECISIONS = (
    Decision(
        "Lucky Casino",
        Verdict.BLOCKED,
        "It gambles for money and sells what it learns of people.",
        identifier="com.freeplay.casino",
    ),
    Decision(
        "Casinos",
        Verdict.BLOCKED,
        "No gambling on the City's devices.",
        name_pattern="*casino*",
    ),
    Decision(
        "Private networks of others",
        Verdict.NEEDS_APPROVAL,
        "Traffic of the City's would go through somebody else's network.",
        name_pattern="*vpn*",
    ),
    Decision(
        "City Events",
        Verdict.ALLOWED,
        "Good for announcing programmes; versions before 2.3 told others where one was.",
        identifier="com.example.cityevents",
        minimum_version="2.3",
    ),
)


def decide(at: datetime) -> None:
    """Take the applications into the catalogue, and say who is to have them."""
    for product in PRODUCTS:
        made = actions.add_software(
            details=actions.Details(
                title=product.app.name,
                identifier=product.app.identifier,
                platforms=PHONES,
                source=SoftwareSource.STORE,
                store_id=str(product.number),
                licensed=product.licensed,
                note=product.note,
            ),
            actor=HOUSE,
            at=at,
        )
        _assign(made, product.purpose, product.departments, at)
    identifier, title, departments = OURS
    details = actions.Details(
        title=title,
        identifier=identifier,
        platforms=PHONES,
        source=SoftwareSource.PACKAGE,
        configuration={"depot": "North"},
        note="Made by the City for its drivers",
    )
    made = actions.add_software(details=details, actor=HOUSE, at=at)
    _assign(made, Purpose.REQUIRED, departments, at)


def decide_about_others(at: datetime) -> None:
    """What the City decided about what people install, and a question that waits."""
    for made in DECISIONS:
        applications.decide(decision=made, actor=HOUSE, at=at)
    asking = Person.objects.filter(department__code="LIB").order_by("number").first()
    if asking is not None:
        applications.ask(
            title="Story Hour",
            platform="ipados",
            purpose="Picture books on the screen of the children's room",
            link="https://apps.example/story-hour",
            actor=actor_for(asking, at),
            at=at,
        )


def _assign(software: Software, purpose: Purpose, codes: tuple[str, ...], at: datetime) -> None:
    for department in Department.objects.filter(code__in=codes):
        actions.assign_software(
            software=software, purpose=purpose, department=department, actor=HOUSE, at=at
        )


def make_known(state: State, *, asks_holder: bool) -> None:
    """Let a simulated device find the demo's applications where a real one would.

    One that asks its holder waits: nobody taps in the demo.
    """
    state.asks_holder = asks_holder
    state.store = {product.number: product.app for product in PRODUCTS}
    state.fetch = fetch


def fetch(address: str) -> bytes:
    return httpx.get(address, timeout=30).raise_for_status().content
