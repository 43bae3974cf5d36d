"""The evaluation of one device the long way: row by row, with nothing shared or remembered."""

from dataclasses import replace
from datetime import timedelta

from django.utils.timezone import localdate, localtime

from quartermaster.compliance.rules.applications import CLAUSE, applications
from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.evaluate import evaluate
from quartermaster.compliance.rules.records import Asked, Record
from quartermaster.compliance.subjects import clauses_held, lying_on, support_ends
from quartermaster.inventory.applications import decided
from quartermaster.mdm.driver import Means, is_managed
from quartermaster.mdm.models import Certificate, Command, DeclaredState, DeviceSoftware, Wake
from quartermaster.mdm.queries import context_of, enrolment_now, posture_of, wanted_for
from quartermaster.mdm.states import INSTALL, OPEN_COMMANDS
from quartermaster.policy.models import Acknowledgement, AcknowledgementRequest
from quartermaster.policy.queries import (
    effective_requirements,
    rulebook,
    setting_changed_at,
    version_in_force,
)
from quartermaster.policy.queries.acknowledgements import people_asked

DAY = timedelta(days=1)


def results_for(device, at):
    """What `Reader.results` is to say of this device."""
    if not is_managed(device.platform) or enrolment_now(device.id) is None:
        return ()
    stated = effective_requirements(device.department_id, device.ownership).requirements
    posture, context, record = (
        posture_of(device.id),
        context_for(device, at),
        record_for(device, at),
    )
    found = evaluate(stated, posture, context, record)
    if record.held_to is not None and CLAUSE not in record.held_to:
        return found
    return found + applications(decided(localdate(at)), stated, posture, context)


def context_for(device, at):
    enrolment = enrolment_now(device.id)
    compiled = wanted_for(device, at)
    effective = effective_requirements(
        device.department_id,
        device.ownership,
        at=at,
        person_id=device.holder_id,
        device_id=device.id,
    )
    carriers, wanted = compiled.carriers(), effective.requirements
    changed = setting_changed_at(
        device.department_id, device.ownership, "minimum_os", part=device.platform
    )
    since = max(item for item in (changed, context_of(device).enrolled_at) if item)
    base = Context(localtime(at), device.platform, device.personal, enrolment.enrolled_at)
    return replace(
        base,
        payload_of={name: item.key for name, item in carriers.items()},
        unenforceable=dict(compiled.unenforceable),
        on_the_way=on_the_way(device, enrolment, compiled),
        declared={
            name: item.token for name, item in carriers.items() if item.means is Means.DECLARATION
        },
        refusals={
            name: f"The device refused the City's declaration: {said}"
            for name, item in carriers.items()
            if (said := refused(enrolment).get(item.key))
        },
        update_due_at=(
            since + wanted.minimum_os_within_days * DAY
            if wanted.minimum_os_within_days is not None
            else None
        ),
        update_since=since if wanted.maximum_patch_age_days is not None else None,
        excepted=frozenset(effective.waivers),
    )


def on_the_way(device, enrolment, compiled):
    open_now = Command.objects.filter(enrolment=enrolment, state__in=sorted(OPEN_COMMANDS))
    keys = set(open_now.values_list("key", flat=True))
    found = {
        name for name, item in compiled.carriers().items() if f"{INSTALL}{item.payload}" in keys
    }
    owed = DeviceSoftware.objects.filter(
        device=device, origin="policy", state__in=["wanted", "licensed", "sent", "installing"]
    )
    if owed.exists():
        found |= {setting for setting, _ in compiled.delivered}
    return frozenset(found)


def refused(enrolment):
    rows = DeclaredState.objects.filter(enrolment=enrolment, valid="invalid")
    return {row.identifier: " ".join(row.reasons) or "It gave no reason." for row in rows}


def record_for(device, at):
    enrolment, book, holder = enrolment_now(device.id), rulebook(), device.holder
    ends = [
        row.revoked_at or row.expires_at for row in Certificate.objects.filter(enrolment=enrolment)
    ]
    wake = Wake.objects.filter(enrolment=enrolment).first()
    own = {place.id for place in book.lineage(device.department_id)}
    if holder is not None and device.department_id in {
        place.id for place in book.lineage(holder.department_id)
    }:
        own.add(holder.department_id)
    return Record(
        status=device.status,
        held_to=clauses_held(book, device.department_id),
        holder_department=holder.department_id if holder else None,
        departments=frozenset(own),
        separated=holder is not None and holder.standing == "separated",
        separated_on=holder.separated_on if holder else None,
        asked=asked(holder, at) if holder else None,
        consented_at=enrolment.invitation.consented_at if enrolment.invitation else None,
        certificate_until=max(ends, default=None),
        woken_at=wake.woken_at if wake else None,
        cannot_be_woken_since=wake.cannot_since if wake else None,
        support_ends=support_ends(),
        lying=lying_on([(device.holder_id, device.id)]).get(device.id),
    )


def asked(person, at):
    version = version_in_force(at)
    if version is None:
        return None
    about = {"person": person, "version": version}
    given = Acknowledgement.objects.filter(**about).first()
    request = AcknowledgementRequest.objects.filter(**about).first()
    return Asked(
        version=f"The policy, version {version.number},",
        bound=people_asked(at).filter(id=person.id).exists(),
        acknowledged_at=given.at if given else None,
        due_at=request.due_at if request else None,
    )
