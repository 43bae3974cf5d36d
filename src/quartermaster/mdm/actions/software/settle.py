"""Bringing one device to what it is to have: the next step for each application, and no step twice.

The rows of a device are locked while they are looked at, so that two workers never send the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import HouseError, InvalidInput
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import packages
from quartermaster.mdm.actions.commands import GIVEN_UP, queue_orders
from quartermaster.mdm.actions.software.catalogue import settings_of
from quartermaster.mdm.actions.software.licensing import external_version_of, hold_licence
from quartermaster.mdm.actions.software_moves import move
from quartermaster.mdm.delivering import DeliversSoftware, Delivery, delivering
from quartermaster.mdm.driver import Context, Order
from quartermaster.mdm.models import (
    Command,
    DeviceSoftware,
    Enrolment,
    SoftwarePackage,
    SoftwareSource,
)
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules import software as rules
from quartermaster.mdm.software import Wanted, newest_package, wanted_on
from quartermaster.mdm.software_states import SOFTWARE_LIVE, SoftwareState
from quartermaster.mdm.states import EnrolmentState
from quartermaster.policy.requirements.rulebook import Rulebook

log = structlog.get_logger(__name__)
HOUSE = system("delivery of software")
BATCH = 200
NEVER_SENT = frozenset({SoftwareState.WANTED, SoftwareState.LICENSED})
ON_ITS_WAY = frozenset({SoftwareState.PROMPTING, SoftwareState.INSTALLING})


@dataclass
class _Visit:
    """One look at one device: what was found, and the orders that come out of it."""

    enrolment: Enrolment
    driver: DeliversSoftware
    context: Context
    doing: Act
    orders: list[tuple[DeviceSoftware | None, Order]] = field(default_factory=list)
    asking: bool = False

    @property
    def at(self) -> datetime:
        return self.doing.at


def settle(
    *, enrolment: Enrolment, book: Rulebook | None = None, actor: Actor = HOUSE, at: datetime
) -> list[Command]:
    """Take the next step for every application of an enrolled device (G-4, G-10).

    ``book``: the requirements, when many devices are settled at once.
    """
    driver = delivering(enrolment.driver)
    if driver is None or enrolment.state != EnrolmentState.ENROLLED:
        return []
    wanted = wanted_on(enrolment.device, at, book)
    with act(actor, at) as doing:
        _make_rows(enrolment, wanted, at)
        rows = (
            DeviceSoftware.objects.filter(enrolment=enrolment)
            .exclude(state=SoftwareState.REMOVED)
            .select_related("software", "package", "command")
            .select_for_update(skip_locked=True, of=("self",))
        )
        visit = _Visit(enrolment, driver, context_of(enrolment.device), doing)
        for row in rows:
            _step(visit, row, wanted.get(row.software_id))
        return _send(visit)


def settle_due(at: datetime) -> int:
    """Look at what is due on any device; how many devices there were (G-4)."""
    due = (
        DeviceSoftware.objects.filter(due_at__lte=at, enrolment__state=EnrolmentState.ENROLLED)
        .order_by("enrolment_id")
        .values_list("enrolment_id", flat=True)
        .distinct()[:BATCH]
    )
    for enrolment in Enrolment.objects.filter(id__in=list(due)).select_related("device"):
        try:
            settle(enrolment=enrolment, at=at)
        except HouseError as problem:  # of one device: the others go on, it is looked at later
            log.warning("mdm.software-trouble", enrolment=enrolment.id, sentence=problem.message)
            DeviceSoftware.objects.filter(enrolment=enrolment, due_at__lte=at).update(
                due_at=at + rules.UNLICENSED
            )
    return len(due)


def leave(*, enrolment_id: UUID, actor: Actor, at: datetime) -> None:
    """A device left management: what was managed on it went with that (G-10)."""
    with act(actor, at) as doing:
        rows = DeviceSoftware.objects.select_related("software", "device").filter(
            enrolment_id=enrolment_id
        )
        for row in rows.exclude(state=SoftwareState.REMOVED).select_for_update(of=("self",)):
            gone = {"reason": "The device left management.", "wished_at": None}
            move(row, "drop", doing, **gone)


def start_over(*, enrolment: Enrolment, at: datetime) -> None:
    """A device enrolled anew has nothing of what it had: everything is wanted again (G-10)."""
    DeviceSoftware.objects.filter(enrolment=enrolment, state__in=sorted(SOFTWARE_LIVE)).update(
        state=SoftwareState.WANTED,
        command=None,
        package=None,
        external_version=None,
        sent_version=None,
        attempts=0,
        due_at=at,
        changed_at=at,
    )


def _make_rows(enrolment: Enrolment, wanted: Mapping[UUID, Wanted], at: datetime) -> None:
    known = {row.software_id: row for row in DeviceSoftware.objects.filter(enrolment=enrolment)}
    fresh = [
        DeviceSoftware(
            enrolment=enrolment,
            device=enrolment.device,
            software=item.software,
            origin=item.origin,
            changed_at=at,
            due_at=at,
        )
        for key, item in wanted.items()
        if key not in known
    ]
    DeviceSoftware.objects.bulk_create(fresh, ignore_conflicts=True)
    back = [
        key for key, row in known.items() if key in wanted and row.state == SoftwareState.REMOVED
    ]
    DeviceSoftware.objects.filter(
        enrolment=enrolment, software_id__in=back, state=SoftwareState.REMOVED
    ).update(
        state=SoftwareState.WANTED,
        command=None,
        attempts=0,
        take_over=False,
        changed_at=at,
        due_at=at,
    )


def _step(visit: _Visit, row: DeviceSoftware, wanted: Wanted | None) -> None:
    if wanted is None:
        _take_away(visit, row)
        return
    if row.origin != wanted.origin:
        row.origin = wanted.origin
        row.save(update_fields=["origin"])
    if row.state == SoftwareState.REMOVING or _unanswered(row) or _is_old(visit, row):
        _again(visit, row)
    due = row.due_at is None or row.due_at <= visit.at
    if row.state in {SoftwareState.FAILED, SoftwareState.DECLINED}:
        if row.due_at is None or not due:
            return
        _again(visit, row)
    if row.state in NEVER_SENT:
        if due:
            _bring(visit, row)
    elif due and (row.state in ON_ITS_WAY or row.state == SoftwareState.INSTALLED):
        visit.asking = True
        _later(row, visit.at + rules.UNANSWERED)
    elif due:
        _later(row, visit.at + rules.UNANSWERED)


def _unanswered(row: DeviceSoftware) -> bool:
    """Whether what was sent was given up before the device took it."""
    return (
        row.state == SoftwareState.SENT
        and row.command is not None
        and row.command.state in GIVEN_UP
    )


def _is_old(visit: _Visit, row: DeviceSoftware) -> bool:
    """Whether a newer version than the one that is there may be had."""
    if row.state != SoftwareState.INSTALLED:
        return False
    if row.software.source == SoftwareSource.PACKAGE:
        newest = newest_package(row.software_id, visit.context.platform)
        return newest is not None and newest.id != row.package_id
    latest = external_version_of(row.software, visit.enrolment.driver)
    if latest is None or row.external_version is None:
        return False
    return row.external_version < latest and row.sent_version != latest


def _again(visit: _Visit, row: DeviceSoftware) -> None:
    move(row, "want again", visit.doing, command=None, due_at=visit.at)


def _later(row: DeviceSoftware, due_at: datetime | None) -> None:
    row.due_at = due_at
    row.save(update_fields=["due_at"])


def _bring(visit: _Visit, row: DeviceSoftware) -> None:
    """From wanted to sent, as far as it goes."""
    software = row.software
    package = None
    if software.source == SoftwareSource.PACKAGE:
        package = newest_package(software.id, visit.context.platform)
        if package is None:
            _wait(row, "There is no package for this system yet that two people stand for.", None)
            return
    delivery = _delivery(visit, row, package)
    problem = visit.driver.why_not_delivered(delivery, visit.context)
    if problem:
        move(row, "fail", visit.doing, reason=problem)
        return
    if software.source == SoftwareSource.STORE and software.licensed:
        missing = hold_licence(software, visit.enrolment, visit.doing)
        if missing:
            if row.state == SoftwareState.LICENSED:
                _again(visit, row)
            _wait(row, missing, visit.at + rules.UNLICENSED)
            return
        if row.state == SoftwareState.WANTED:
            move(row, "license", visit.doing, reason="", due_at=visit.at)
    try:
        order = visit.driver.deliver_software(delivery, visit.context)
    except InvalidInput as refused:
        move(row, "fail", visit.doing, reason=refused.message)
        return
    row.package = package
    row.sent_version = external_version_of(software, visit.enrolment.driver)
    visit.orders.append((row, order))


def _wait(row: DeviceSoftware, reason: str, due_at: datetime | None) -> None:
    row.reason, row.due_at = reason[:500], due_at
    row.save(update_fields=["reason", "due_at"])


def _delivery(visit: _Visit, row: DeviceSoftware, package: SoftwarePackage | None) -> Delivery:
    software = row.software
    address = ""
    if package is not None:
        address = packages.address_of(
            packages.Part.MANIFEST, visit.enrolment.id, package.id, visit.at
        )
    return Delivery(
        identifier=software.identifier,
        title=software.title,
        store_id=software.store_id,
        address=address,
        licensed=software.licensed,
        configuration=settings_of(software),
        attributes=software.attributes,
        keep_out_of_backups=software.keep_out_of_backups,
        remove_at_unenrolment=software.remove_at_unenrolment,
        take_over=row.take_over,
        secret=software.sealed_configuration is not None or bool(address),
    )


def _take_away(visit: _Visit, row: DeviceSoftware) -> None:
    """Nothing asks for it any longer."""
    untouched = row.state in NEVER_SENT and row.command is None
    refused = row.state == SoftwareState.DECLINED  # it never came, or its holder removed it
    if row.installed_at is None and (untouched or refused):
        move(row, "drop", visit.doing, reason="Not wanted any longer.", wished_at=None)
    elif row.state in SOFTWARE_LIVE:
        order = visit.driver.withdraw_software(row.software.identifier)
        move(row, "withdraw", visit.doing, reason="Not wanted any longer.")
        visit.orders.append((row, order))
    elif row.command is None or row.command.state in GIVEN_UP:
        visit.orders.append((row, visit.driver.withdraw_software(row.software.identifier)))
    else:  # a device that is off must not keep others from being looked at
        _later(row, visit.at + rules.UNANSWERED)


def _send(visit: _Visit) -> list[Command]:
    """Queue what came out of the visit, and note on each row which command is its own."""
    orders = [order for _, order in visit.orders]
    if visit.asking:
        orders.append(visit.driver.ask_software())
    if not orders:
        return []
    commands = queue_orders(
        enrolment=visit.enrolment, orders=orders, actor=visit.doing.actor, at=visit.at
    )
    by_key = {command.key: command for command in commands}
    for row, order in visit.orders:
        if row is None:
            continue
        more: dict[str, object] = {
            "command": by_key[order.key],
            "due_at": visit.at + rules.UNANSWERED,
        }
        if row.state in NEVER_SENT:
            sent = {"package": row.package, "sent_version": row.sent_version, "reason": ""}
            move(row, "send", visit.doing, attempts=row.attempts + 1, **sent, **more)
        else:
            DeviceSoftware.objects.filter(id=row.id).update(**more)
    return commands
