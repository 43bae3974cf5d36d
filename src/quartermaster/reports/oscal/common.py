"""What every OSCAL document has: version, metadata, identifiers that follow from the content."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

OSCAL_VERSION = "1.2.1"
NAMESPACE = "urn:quartermaster:oscal"  # of the properties and identifiers that are our own
_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)

Json = dict[str, Any]


def identifier(*parts: object) -> str:
    """The same identifier for the same thing, in every export."""
    return str(uuid5(_ROOT, "\x1f".join(str(part) for part in parts)))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def prop(name: str, value: object, **more: str) -> Json:
    """A property of our own. OSCAL wants one line that is not blank."""
    return {"name": name, "ns": NAMESPACE, "value": line(value), **more}


def line(value: object) -> str:
    """The value as one line."""
    return " ".join(str(value).split()) or "-"


def prose(text: str) -> str:
    """Text of people as prose: what looks like an insertion of a parameter is none."""
    return text.replace("{{", "{ {").strip() or "-"


def metadata(*, title: str, version: str, at: datetime, city: str) -> Json:
    """Title, version and publisher of a document."""
    party = identifier("city", city)
    return {
        "title": line(title),
        "last-modified": stamp(at),
        "version": line(version),
        "oscal-version": OSCAL_VERSION,
        "roles": [{"id": "publisher", "title": "Publisher"}],
        "parties": [{"uuid": party, "type": "organization", "name": line(city)}],
        "responsible-parties": [{"role-id": "publisher", "party-uuids": [party]}],
    }


def document(kind: str, body: Json) -> Json:
    """A whole document: its identifier changes exactly when anything in it does."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return {kind: {"uuid": identifier(kind, text), **body}}


def reference(resource_id: UUID | str, title: str, href: str, media_type: str) -> Json:
    """An entry of the back matter."""
    return {
        "uuid": str(resource_id),
        "title": title,
        "rlinks": [{"href": href, "media-type": media_type}],
    }
