"""Decisions about files, on plain values: what kind one is, and what it may be called."""

import io
import unicodedata
import zipfile
from typing import BinaryIO

MEGABYTE = 1024 * 1024
LARGEST = 64 * MEGABYTE
HEAD = 4096
LONGEST_NAME = 200

BINARY = "application/octet-stream"
TEXT = "text/plain"
ZIP = "application/zip"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"bplist00", "application/x-plist"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
)
# what a sender may say of content that its first bytes do not tell apart
_REFINES = {
    TEXT: ("text/", "application/json", "application/xml", "application/yaml", "message/rfc822"),
    ZIP: (WORD, EXCEL, "application/vnd."),
    BINARY: ("audio/", "video/", "image/heic", "application/pkcs", "application/x-"),
}


def sniff(head: bytes, declared: str = "") -> str:
    """The media type of content that starts with ``head``; the sender's word only refines it."""
    found = _from_signature(head)
    said = declared.partition(";")[0].strip().lower()
    if said and said.isascii() and any(said.startswith(kind) for kind in _REFINES.get(found, ())):
        return said[:127]
    return found


def _from_signature(head: bytes) -> str:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 with its mark
        return TEXT
    if b"\x00" in head:
        return BINARY
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as problem:
        if problem.end < len(head):  # a character cut off at the end is no fault
            return BINARY
    return TEXT


def office_kind(content: bytes | BinaryIO) -> str:
    """Word, Excel or just ZIP: told by the parts that a ZIP archive names."""
    try:
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        with zipfile.ZipFile(source) as archive:
            names = archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if "word/document.xml" in names:
        return WORD
    return EXCEL if "xl/workbook.xml" in names else ZIP


def safe_name(name: str) -> str:
    """A name to show and to offer at download: its last part, printable, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    if len(shown) > LONGEST_NAME:
        stem, dot, suffix = shown.rpartition(".")
        keep = len(dot) + len(suffix)
        shown = shown[:LONGEST_NAME] if keep > 16 else stem[: LONGEST_NAME - keep] + dot + suffix  # noqa: PLR2004 (no such suffix)
    return shown or "unnamed"
