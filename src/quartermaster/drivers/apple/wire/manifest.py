"""The manifest of a package: where it is, and the hashes by which a device checks it."""

from collections.abc import Sequence

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.commands.checks import identifier, web_address
from quartermaster.drivers.apple.wire.errors import Malformed

MEDIA_TYPE = "text/xml; charset=utf-8"
PACKAGE = "software-package"


def render(
    *,
    bundle: str,
    version: str,
    title: str,
    address: str,
    chunk_size: int,
    hashes: Sequence[str],
) -> bytes:
    """One package with its SHA-256 hashes, one for each chunk of ``chunk_size`` bytes."""
    if len(title) < 2:  # noqa: PLR2004 (the shortest that Apple takes)
        raise Malformed("The title of a package has two characters or more.")
    if chunk_size <= 0 or not hashes:
        raise Malformed("A package without hashes is not handed out.")
    asset = {
        "kind": PACKAGE,
        "url": web_address(address),
        "sha256-size": chunk_size,
        "sha256s": list(hashes),
    }
    metadata = {
        "bundle-identifier": identifier(bundle),
        "bundle-version": version,
        "kind": "software",
        "title": title,
    }
    return plist.dumps({"items": [{"assets": [asset], "metadata": metadata}]})
