"""What NIST asks of every OSCAL document and no checker looks at, or only one does."""

import re
from uuid import UUID

TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def walk(value):
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def faults(document):
    """Sentences about broken identifiers, references and empty values."""
    found, objects = [], list(walk(document))
    ids = [item["id"] for item in objects if "id" in item]
    uuids = [item["uuid"] for item in objects if "uuid" in item]
    found += [f"id twice: {one}" for one in set(ids) if ids.count(one) > 1]
    found += [f"uuid twice: {one}" for one in set(uuids) if uuids.count(one) > 1]
    found += [f"no token: {one}" for one in ids if not TOKEN.fullmatch(one)]
    found += [f"not version 5: {one}" for one in uuids if UUID(one).version != 5]
    for item in objects:
        for key, value in item.items():
            if value in ("", [], {}) and key != "include-all":
                found.append(f"empty: {key}")
            if key in {"observation-uuid", "subject-uuid"} and value not in uuids:
                found.append(f"leads nowhere: {value}")
            if key == "href" and value.startswith("#") and value[1:] not in uuids:
                found.append(f"leads nowhere: {value}")
        if "ns" in item and item["value"] != " ".join(item["value"].split()):
            found.append(f"not one line: {item['value']}")
    return found


def props(item):
    return {one["name"]: one["value"] for one in item.get("props", ())}
