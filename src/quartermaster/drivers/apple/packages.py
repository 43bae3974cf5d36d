"""Packages at the devices' door: the manifest, and the file in parts, without holding it whole."""

from collections.abc import Iterator
from typing import BinaryIO

from quartermaster.drivers.apple.door import in_house_words
from quartermaster.drivers.apple.software import manifest_of
from quartermaster.drivers.apple.wire import manifest
from quartermaster.files.queries import open_large
from quartermaster.mdm import packages
from quartermaster.mdm.delivering import Package
from quartermaster.mdm.door import Answer, Request, Route, Stream
from quartermaster.mdm.models import SoftwarePackage
from quartermaster.mdm.ranges import Part, part_of

PIECE = 256 * 1024
MEDIA_TYPE = "application/octet-stream"


@in_house_words
async def serve(request: Request) -> Answer:
    """What an address of ours leads to; nothing but the address says who may have it."""
    return await request.in_thread(lambda: _answer(request))


def _answer(request: Request) -> Answer:
    part, enrolment_id, package = packages.opened(request.path, request.at)
    if part is packages.Part.MANIFEST:
        address = packages.address_of(packages.Part.PACKAGE, enrolment_id, package.id, request.at)
        return Answer(_manifest(package, address), media_type=manifest.MEDIA_TYPE)
    return _file(package, request.headers.get("range", ""))


def _manifest(package: SoftwarePackage, address: str) -> bytes:
    return manifest_of(
        Package(
            identifier=package.software.identifier,
            title=package.software.title,
            version=package.version,
            address=address,
            chunk_size=package.chunk_size,
            chunk_hashes=tuple(package.chunk_hashes),
        )
    )


def _file(package: SoftwarePackage, wanted: str) -> Answer:
    size = package.file.size
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{package.file.digest}"'}
    try:
        part = part_of(wanted, size)
    except ValueError:
        return Answer(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    handle = open_large(package.file.digest)
    sent = part or Part(0, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return Answer(
        status=206 if part else 200,
        media_type=MEDIA_TYPE,
        headers=headers,
        stream=Stream(sent.size, _pieces(handle, sent), handle.close),
    )


def _pieces(handle: BinaryIO, part: Part) -> Iterator[bytes]:
    handle.seek(part.start)
    left = part.size
    while left > 0 and (piece := handle.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


def routes() -> tuple[Route, ...]:
    return (Route(packages.PREFIX, frozenset({"GET", "HEAD"}), serve),)
