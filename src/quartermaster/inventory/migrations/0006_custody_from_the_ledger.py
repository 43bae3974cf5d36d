"""Give what is on record its history of custody, out of the audit ledger.

A thing's entries are replayed. Where they are unaltered, in order and end in the thing's own row,
they become its periods; else it gets a single open one, from now on: nothing is made up.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import migrations
from django.utils import timezone

from quartermaster.audit import chain
from quartermaster.kernel.ids import new_id

DEVICE = {
    "in_stock": "stock",
    "assigned": "person",
    "lost": "lost",
    "in_repair": "repair",
    "retired": "disposed",
}
KINDS = ("device", "line", "sim", "accessory")
BATCH = 1000


def forward(apps, schema_editor):
    Period = apps.get_model("inventory", "CustodyPeriod")
    known = {
        name: set(apps.get_model(*name.split(".")).objects.values_list("id", flat=True))
        for name in ("org.Person", "org.Department", "inventory.Device", "inventory.Line")
    }
    now = timezone.now()
    for kind in KINDS:
        rows = apps.get_model("inventory", kind.capitalize()).objects.order_by("id")
        batch = []
        for row in rows.iterator(chunk_size=BATCH):
            batch.append(row)
            if len(batch) == BATCH:
                write(apps, Period, kind, batch, known, now)
                batch = []
        write(apps, Period, kind, batch, known, now)


def write(apps, Period, kind, things, known, now):
    Entry = apps.get_model("audit", "Entry")
    entries = {}
    keys = [str(thing.id) for thing in things]
    about = Entry.objects.filter(subject_kind=f"inventory.{kind}", subject_id__in=keys)
    for entry in about.order_by("seq"):
        entries.setdefault(entry.subject_id, []).append(entry)
    made = []
    for thing in things:
        steps = history(kind, thing, entries.get(str(thing.id), []), known, now)
        made += periods(Period, kind, thing, steps)
    Period.objects.bulk_create(made, batch_size=BATCH)


def periods(Period, kind, thing, steps) -> Iterator:
    for index, step in enumerate(steps):
        following = steps[index + 1]["since"] if index + 1 < len(steps) else None
        yield Period(
            id=new_id(),
            thing_id=thing.id,
            **{f"{kind}_id": thing.id},
            position=index + 1,
            before=index or None,
            until=following,
            **step,
        )


def history(kind, thing, entries, known, now):
    """The steps of a thing's life as the ledger tells them, or the one that is sure."""
    today = custody(kind, thing)
    replayed = list(replay(kind, thing, entries, known))
    if sound(entries, replayed, today, now):
        return replayed
    return [
        {
            **today,
            "since": now,
            "verb": "first recorded",
            "reason": "Known since the house keeps custody.",
            "by": "Quartermaster",
            "by_person_id": None,
            "entered_at": now,
        }
    ]


def sound(entries, replayed, today, now) -> bool:
    if not replayed or None in replayed or entries[0].tag not in FIRST:
        return False
    times = [step["since"] for step in replayed]
    ends = {name: replayed[-1][name] for name in today}
    return (
        times == sorted(times) and times[-1] <= now and ends == today
        and all(map(unaltered, entries))
    )


FIRST = {
    "inventory.device.registered",
    "inventory.line.added",
    "inventory.sim.added",
    "inventory.accessory.added",
}


def unaltered(entry) -> bool:
    draft = chain.Draft(
        entry.at,
        entry.tag,
        entry.actor_label,
        str(entry.actor_id) if entry.actor_id else None,
        entry.subject_kind,
        entry.subject_id,
        entry.data,
    )
    return chain.digest(bytes(entry.previous), entry.seq, draft) == bytes(entry.digest)


def replay(kind, thing, entries, known):
    """Each change of custody; None for what cannot be told."""
    state = {}
    last = None
    for entry in entries:
        tag, data = entry.tag.rsplit(".", 1)[1], entry.data
        try:
            state = READ[kind](state, tag, data)
            found = told(kind, state, thing)
        except (KeyError, ValueError, TypeError, AttributeError):
            yield None
            return
        if found == last:
            continue
        if not exists(found, known):
            yield None
            return
        last = found
        yield {
            **found,
            "since": entry.at,
            "verb": str(data.get("verb") or tag)[:40],
            "reason": "",
            "by": entry.actor_label,
            "by_person_id": entry.actor_id if entry.actor_id in known["org.Person"] else None,
            "entered_at": entry.at,
        }


def exists(found, known) -> bool:
    pairs = (
        ("person_id", "org.Person"),
        ("department_id", "org.Department"),
        ("in_device_id", "inventory.Device"),
        ("in_line_id", "inventory.Line"),
    )
    return all(found[name] is None or found[name] in known[table] for name, table in pairs)


def key(value):
    return UUID(value) if value else None


def device(state, tag, data):
    if tag == "registered":
        holder = key(data["holder"])
        status = "assigned" if holder else "in_stock"
        return {"status": status, "holder": holder, "department": key(data["department"])}
    if tag == "moved":
        return {
            "status": data["status"][1],
            "holder": key(data["holder"][1]),
            "department": key(data["department"]),
        }
    return state


def line(state, tag, data):
    if tag == "added":
        held = {"holder": key(data["holder"]), "department": key(data["department"])}
        return {"status": data["status"], **held}
    if tag == "moved":
        return {**state, "status": data["status"][1]}
    if tag == "assigned":
        held = {"holder": key(data["holder"][1]), "department": key(data["department"])}
        return {**state, **held}
    return state


def sim(state, tag, data):
    if tag == "added":
        return {"line": key(data["line"]), "device": key(data["device"]), "retired": False}
    if tag == "moved":
        return {**state, "device": key(data["device"][1])}
    if tag == "swapped":
        return {**state, "line": key(data["line"])}
    if tag == "retired":
        return {**state, "device": None, "retired": True}
    return state


def accessory(state, tag, data):
    if tag == "added":
        return {"holder": None, "retired": False}
    if tag == "assigned":
        return {**state, "holder": key(data["holder"][1])}
    if tag == "retired":
        return {**state, "retired": True}
    return state


READ = {"device": device, "line": line, "sim": sim, "accessory": accessory}


def told(kind, state, thing):
    """Who has the thing in a state that the ledger tells."""
    if kind == "sim":
        return of_sim(state["retired"], state["device"], state["line"])
    if kind == "accessory":  # the ledger does not tell of which department it was
        return of_accessory(state["retired"], state["holder"], thing.department_id)
    read = of_device if kind == "device" else of_line
    return read(state["status"], state["holder"], state["department"])


def custody(kind, thing):
    """Who has the thing as its row stands."""
    if kind == "sim":
        return of_sim(thing.retired, thing.device_id, thing.line_id)
    if kind == "accessory":
        return of_accessory(thing.retired, thing.holder_id, thing.department_id)
    read = of_device if kind == "device" else of_line
    return read(thing.status, thing.holder_id, thing.department_id)


def of_device(status, holder, department):
    return held(DEVICE[status], holder, department)


def of_line(status, holder, department):
    if status in {"cancelled", "ported"}:
        return held("disposed", holder, department)
    if status == "ordered":
        return held("carrier", holder, department)
    return held("person" if holder else "department", holder, department)


def of_accessory(retired, holder, department):
    return held("disposed" if retired else "person" if holder else "stock", holder, department)


def of_sim(retired, device, line):
    custodian = "disposed" if retired else "device" if device else "line" if line else "stock"
    return {**held(custodian, None, None), "in_device_id": device, "in_line_id": line}


def held(custodian, person, department):
    return {
        "custodian": custodian,
        "person_id": person,
        "department_id": department,
        "in_device_id": None,
        "in_line_id": None,
    }


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_custody_periods"), ("audit", "0002_append_only")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
