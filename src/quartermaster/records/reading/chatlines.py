"""The lines of a chat as WhatsApp exports it: headings of messages, and what goes on below them.

Two forms: ``[24/03/2025, 14:05:33] Name: text`` and ``3/24/25, 2:05 PM - Name: text``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# marks of direction, which some phones put before headings, names and files
MARKS = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_DATE = r"(?P<day>\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4})\.?,?"
_TIME = r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
_HALF = r"(?:[\s\u00a0\u202f]{0,2}(?P<half>[AaPp]\.?[\s\u00a0\u202f]?[Mm]\b\.?))?"
_GAP = r"[\s\u00a0\u202f]{1,2}"
_FORMS = {
    "brackets": re.compile(rf"\[{_DATE}{_GAP}{_TIME}{_HALF}\] ?(?P<rest>.*)", re.DOTALL),
    "dash": re.compile(rf"{_DATE}{_GAP}{_TIME}{_HALF}{_GAP}-{_GAP}(?P<rest>.*)", re.DOTALL),
}
_LONGEST_NAME = 120
_LONGEST_HEADING = 400


@dataclass
class Line:
    """A message: where it begins, its heading as written, and its text."""

    number: int
    day: str
    clock: str
    half: str
    sender: str
    marked: bool  # whether the text begins with a mark of direction, as notices and files do
    text: list[str] = field(default_factory=list)


def messages(lines: Iterable[str]) -> Iterator[Line]:
    """The messages, each with all its lines; text before the first heading belongs to none."""
    form, current = "", None
    for number, raw in enumerate(lines, start=1):
        found, used = _heading(raw, form)
        if found is None:
            if current is not None:
                current.text.append(raw.translate(MARKS))
            continue
        form = used
        if current is not None:
            yield current
        current = _begun(number, found)
    if current is not None:
        yield current


def _heading(raw: str, form: str) -> tuple[re.Match[str] | None, str]:
    """The form of the first heading is that of all: a message that quotes another is text."""
    if len(raw) < 10:  # noqa: PLR2004 (no heading is as short)
        return None, form
    line = raw.lstrip("".join(map(chr, MARKS)))
    for name, pattern in _FORMS.items():
        if form in {"", name} and (found := pattern.match(line)):
            return found, name
    return None, form


def _begun(number: int, found: re.Match[str]) -> Line:
    rest = found["rest"]
    sender, colon, text = rest[:_LONGEST_HEADING].partition(": ")
    if not colon and rest.endswith(":"):
        sender, colon, text = rest[:-1], ":", ""
    if not colon or len(sender) > _LONGEST_NAME:
        sender, said = "", rest
    else:
        said = rest[len(sender) + len(colon) :] if colon == ": " else text
    marked = bool(said) and ord(said[0]) in MARKS
    name = sender.translate(MARKS).strip().removeprefix("~").strip("\u00a0\u202f ")
    return Line(
        number,
        found["day"].replace(" ", ""),
        found["clock"],
        found["half"] or "",
        name,
        marked,
        [said.translate(MARKS)],
    )
