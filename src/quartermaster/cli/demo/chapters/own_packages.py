"""The City's own application: a version that two people stand for, and one that waits for Ben."""

from datetime import datetime, timedelta

from quartermaster.cli.demo.city import PASSWORD
from quartermaster.cli.demo.software import OURS, PHONES
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import Software, SoftwarePackage
from quartermaster.org.accounts import prove
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

TITLE = "A package of the City's own, and its second person"
ORDER = 55  # before the devices enrol
WEEK = timedelta(days=7)
ADDING, SECOND = "2001", "2009"
VERSIONS = ("1.4", "1.5")


def tell(at: datetime) -> None:
    """Ida added two versions; Ben approved the first a week ago."""
    software = Software.objects.filter(identifier=OURS[0]).first()
    people = Person.objects.filter(number__in=(ADDING, SECOND))
    if software is None or people.count() < 2:  # noqa: PLR2004 (two people stand for it)
        return
    _approve(_add(software, VERSIONS[0], at - WEEK), at - WEEK)
    _add(software, VERSIONS[1], at)


def _add(software: Software, version: str, at: datetime) -> SoftwarePackage:
    return actions.add_package(
        software=software,
        content=f"{software.title} {version}, as a package of the demo".encode() * 400,
        name=f"{software.title.lower()}-{version}.ipa",
        version=version,
        platforms=PHONES,
        actor=actor_for(Person.objects.get(number=ADDING), at),
        at=at,
    )


def _approve(package: SoftwarePackage, at: datetime) -> None:
    second = actor_for(Person.objects.get(number=SECOND), at)
    purpose = actions.standing_for(package)
    proof = prove(actor=second, password=PASSWORD, purpose=purpose, address="demo", at=at)
    actions.approve_package(package_id=package.id, proof=proof, actor=second, at=at)
