"""Papers: receipts, letters, certificates and labels as PDF that a screen reader can read.

A paper is a Typst template in a room's ``templates`` folder, and plain data. What comes out is
tagged (PDF/UA-1) and fit for the archive (PDF/A-2a). The same data at the same instant give the
same bytes, so that a paper's digest is evidence.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.utils import get_app_template_dirs
from django.utils import timezone

from quartermaster.files.errors import PaperNotMade
from quartermaster.kernel.dates import written_day, written_hour

if TYPE_CHECKING:
    from typst import TypstError

PDF = "application/pdf"
_SHARED = "files/papers/house.typ"
MOST_UNKNOWN = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNPRINTED = re.compile(r'(?:text|codepoint) `"(.*?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """A paper as PDF.

    Args:
        template: such as ``lifecycle/papers/receipt.typ``. It begins with
            ``#import "house.typ": data, paper`` and ``#show: paper``.
        data: what the template shows, as ``data``; dates as text, in the words of the reader.
            Text in it is text: nothing in it is markup.
        title: of the document, as a reader's window shows it.
        at: the instant that the paper bears, in the city's time zone on its foot.
        images: content by the name that the template uses, such as ``signature.png``. Each needs
            its ``alt`` there.

    Raises:
        PaperNotMade: where the template and its data do not make a sound paper.
    """
    return _made(template, data, title=title, at=at, images=images, kind="pdf")[0]


def pictures(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    images: Mapping[str, bytes] | None = None,
) -> list[bytes]:
    """The same paper as one PNG a page, for a look at it before it is made."""
    return _made(template, data, title=title, at=at, images=images, kind="png")


def _made(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    images: Mapping[str, bytes] | None,
    kind: Literal["pdf", "png"],
) -> list[bytes]:
    import typst  # only where a paper is made: it takes seven megabytes

    here = timezone.localtime(at)
    frame = {
        "title": title,
        "city": settings.CITY,
        "at": f"{written_day(here)}, {written_hour(here)}",
        "date": [here.year, here.month, here.day],
    }
    words = {"data": _text(data), "frame": _text(frame)}
    with TemporaryDirectory() as folder:
        room = Path(folder)
        for name, content in (images or {}).items():
            (room / _image_name(name)).write_bytes(content)
        (room / "main.typ").write_bytes(_source(template))
        (room / "house.typ").write_bytes(_source(_SHARED))
        for _ in range(MOST_UNKNOWN):
            try:
                made = typst.compile(
                    room / "main.typ",
                    root=room,
                    format=kind,
                    sys_inputs=words,
                    pdf_standards=["ua-1", "a-2a"] if kind == "pdf" else None,
                    ignore_system_fonts=True,
                    timestamp=at.replace(microsecond=0),
                )
            except typst.TypstError as problem:
                words = _spelt_out(words, problem, template)
            else:
                return made if isinstance(made, list) else [made or b""]
    raise PaperNotMade("This paper has too many letters that cannot be printed.", template=template)


def _text(values: Mapping[str, Any]) -> str:
    """As JSON, without what no font has: control characters and halves of letters."""
    plain = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return json.dumps(_printable(plain), ensure_ascii=False)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", value.replace("\t", " ").replace("\u2028", "\n"))
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {name: _printable(item) for name, item in value.items()}
    return value


def _spelt_out(words: dict[str, str], problem: "TypstError", template: str) -> dict[str, str]:
    """The same words, with a letter that the paper's fonts lack as its number: never dropped."""
    found = _UNPRINTED.search(problem.message)
    if found is None:
        raise PaperNotMade(
            "This paper could not be made.", template=template, why=problem.message
        ) from problem
    lacking = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), found[1])
    named = {letter for letter in lacking if not letter.isascii()}
    written = {letter for text in words.values() for letter in text if not letter.isascii()}
    marks = {letter for letter in written if unicodedata.category(letter).startswith("M")}
    # a mark that stands on a letter is not named, only its letter: then the marks are it
    letters = named & written or marks or written
    table = {ord(letter): f"[U+{ord(letter):04X}]" for letter in letters}
    spelt = {name: text.translate(table) for name, text in words.items()}
    if spelt == words:
        raise PaperNotMade(
            "This paper could not be made.", template=template, why=problem.message
        ) from problem
    return spelt


def _image_name(name: str) -> str:
    if PurePosixPath(name).name != name or name.endswith(".typ"):
        raise ValueError(f"{name!r} is no name for an image in a paper.")
    return name


def _source(template: str) -> bytes:
    for folder in get_app_template_dirs("templates"):
        path = Path(folder) / template
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError(template)
