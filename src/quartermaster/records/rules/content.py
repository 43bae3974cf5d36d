"""What content may become a record: told by its bytes, never by its name or its sender.

Nothing is decoded, rendered or run: of a ZIP file only the table of its parts is read, of a picture
how large it says that it is, of a PDF which actions it names.
"""

import re
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from quartermaster.records.rules.hostile import problem_of

HEAD = 4096
OLE = "application/x-ole-storage"
EXCEL, WORD = "application/vnd.ms-excel", "application/msword"  # of before there was OLE
MOST_PARTS = 10_000
MOST_UNPACKED = 2 * 1024**3
MOST_RATIO = 100
NESTED = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".jar", ".apk")
TEXT, ZIP = "text/plain", "application/zip"

# media types that a browser shows without running anything
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_OFFSET = 4  # where the containers of MPEG-4 name their brand
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
    b"3g2a": "video/3gpp2",
}
_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x09\x00\x04\x00", EXCEL),
    (b"\x09\x02\x06\x00", EXCEL),
    (b"\x09\x04\x06\x00", EXCEL),
    (b"\xdb\xa5\x2d\x00", WORD),
    (b"PK\x03\x04", ZIP),
)
_RUNS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xfe\xed\xfa", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"#!/", "a script"),
    (b"dex\n", "a program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut that starts a program"),
)
_ACTIVE = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml-stylesheet")
_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"(\xb5/\xfd", "Zstandard"),
)
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument"
    ".presentationml.presentation",
}
_UNWRITTEN = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]|^BZh[1-9]1AY&SY")
_PROGRAMS = ("androidmanifest.xml", "classes.dex", "meta-inf/manifest.mf")
_TEXTS = {"message/rfc822", "text/calendar", "text/csv", "text/vcard", "application/json"}


@dataclass(frozen=True)
class Verdict:
    """What content is; ``problem`` says in a sentence why it is not taken."""

    media_type: str = ""
    problem: str = ""


def judge_whole(content: BinaryIO, head: bytes, size: int, declared: str = "") -> Verdict:
    """What a content is and whether it is taken, by all that is looked at of it."""
    found = judge(head, declared)
    if found.media_type == ZIP:
        content.seek(0)
        return judge_parts(content, size)
    problem = problem_of(content, found.media_type) if found.media_type else ""
    return Verdict(problem=problem) if problem else found


def judge(head: bytes, declared: str = "") -> Verdict:
    """What content that begins so is; a ZIP file is to be looked into by `judge_parts`."""
    if not head:
        return Verdict(problem="It is empty.")
    for signature, what in _RUNS:
        if head.startswith(signature) and not _is_words(head):
            return Verdict(problem=f"It is {what}, and programs are not records.")
    for signature, what in _ARCHIVES:
        if head.startswith(signature) and not _is_words(head):
            return Verdict(problem=f"It is packed ({what}). Unpack it, and save what is in it.")
    if found := _signature(head):
        return Verdict(found)
    return _text(head, declared)


def _is_words(head: bytes) -> bool:
    """Whether what begins with letters of a signature goes on as a sentence does.

    The headers of a Windows program and of bzip2 have bytes that no text has.
    """
    return head.startswith((b"MZ", b"BZh")) and not _UNWRITTEN.search(head[:64])


def _signature(head: bytes) -> str:
    for signature, media_type in _TAKEN:
        if head.startswith(signature):
            return media_type
    if head[_OFFSET : _OFFSET + 4] == b"ftyp":
        return _BRANDS.get(head[_OFFSET + 4 : _OFFSET + 8], "video/mp4")
    if head[:4] == b"RIFF":
        kinds = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
        return kinds.get(head[8:12], "")
    return ""


def _text(head: bytes, declared: str) -> Verdict:
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(mark in beginning[:1024] for mark in _ACTIVE):
        return Verdict(problem="It is a web page or a drawing with code. Save a picture or PDF.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Verdict(TEXT)
    if b"\x00" in head:
        return Verdict(problem="This kind of file is not known here. Save a picture or PDF of it.")
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.end < len(head):  # a character that is cut off at the end is no fault
            return Verdict(problem="It is neither a known kind of file nor text in UTF-8.")
    said = declared.partition(";")[0].strip().lower()
    return Verdict(said if said in _TEXTS else TEXT)


def judge_parts(archive: BinaryIO, size: int) -> Verdict:
    """What a ZIP file is, by the table of its parts; bombs and programs are not taken."""
    try:
        with zipfile.ZipFile(archive) as opened:
            parts = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return Verdict(problem="It is a damaged ZIP file.")
    problem = _why_not(parts, size)
    if problem:
        return Verdict(problem=problem)
    names = {item.filename for item in parts}
    return Verdict(next((kind for part, kind in _OFFICE.items() if part in names), ZIP))


def _why_not(parts: Sequence[zipfile.ZipInfo], size: int) -> str:
    if len(parts) > MOST_PARTS:
        return f"It has more than {MOST_PARTS:,} parts. Save what is in it."
    unpacked = sum(item.file_size for item in parts)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(size, 1024):
        return "Unpacked it would be far larger than it says, as bombs are. Save what is in it."
    return next(filter(None, map(_part_problem, parts)), "")


def _part_problem(item: zipfile.ZipInfo) -> str:
    if _leads_elsewhere(item):
        return "A file in it would be written outside its folder. Save what is in it."
    name = item.filename.lower()
    if name in _PROGRAMS or name.endswith(".exe"):
        return "It is a program, and programs are not records."
    if name.endswith(NESTED):
        return "There are packed files in it. Unpack it, and save what is in it."
    if item.flag_bits & 1:
        return "It is locked with a password. Unlock it first."
    return ""


def _leads_elsewhere(item: zipfile.ZipInfo) -> bool:
    """Whether whoever unpacks it, trusting its names, would write where they do not mean to."""
    name = item.orig_filename.replace("\\", "/")
    link = stat.S_ISLNK(item.external_attr >> 16)
    return link or name.startswith("/") or name[1:3] == ":/" or ".." in name.split("/")
