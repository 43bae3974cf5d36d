"""Concordance's DAT and Opticon's OPT: what a review platform loads a production by."""

from collections.abc import Iterable, Mapping, Sequence

SEPARATOR, QUOTE, NEWLINE = "\x14", "\N{LATIN SMALL LETTER THORN}", "\N{REGISTERED SIGN}"
FIELDS = (
    "BEGBATES",
    "ENDBATES",
    "BEGATTACH",
    "ENDATTACH",
    "CUSTODIAN",
    "DATESENT",
    "RECORD",
    "SUBJECT",
    "PARTICIPANTS",
    "FILENAME",
    "FILETYPE",
    "PAGES",
    "REDACTED",
    "EXEMPTIONS",
    "SHA256",
    "TEXTPATH",
    "NATIVEPATH",
)


def dat(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The DAT, in UTF-8 with its mark; a line break in a value is the sign made for that."""
    lines = [_line(FIELDS), *(_line([row.get(field, "") for field in FIELDS]) for row in rows)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode("utf-8")


def _line(values: Sequence[str]) -> str:
    return SEPARATOR.join(f"{QUOTE}{_plain(value)}{QUOTE}" for value in values)


def _plain(value: str) -> str:
    """Without what the format itself is made of."""
    one_line = NEWLINE.join(value.splitlines())
    return one_line.replace(SEPARATOR, " ").replace(QUOTE, "th")


def read_dat(content: bytes) -> list[dict[str, str]]:
    """The rows of a DAT as we write it."""
    lines = content.decode("utf-8-sig").split("\r\n")[:-1]
    cells = [[cell[1:-1] for cell in line.split(SEPARATOR)] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def opt(documents: Iterable[Sequence[tuple[str, str]]], volume: str) -> bytes:
    """The OPT: a line a page; the first page of a document says how many it has."""
    lines = []
    for pages in documents:
        for place, (number, path) in enumerate(pages):
            first = f"Y,,,{len(pages)}" if place == 0 else ",,,"
            lines.append(f"{number},{volume},{path},{first}\r\n")
    return "".join(lines).encode("ascii")
