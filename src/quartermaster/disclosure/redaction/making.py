"""Making the PDF that is given out: redacted, whole, or many in one with their numbers."""

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image
from pypdfium2 import raw  # type: ignore[import-untyped]

from quartermaster.disclosure.redaction.layer import Letters, drawn
from quartermaster.disclosure.redaction.painting import Area, paint, remaining, untouched
from quartermaster.files.opening.confined import Unfit
from quartermaster.files.opening.leaves import Leaf, Word, open_leaves, open_pdf
from quartermaster.files.opening.limits import DPI_OF_COPIES
from quartermaster.files.opening.recognising import recognised

_QUALITY = 82
_KEPT = ("/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit")
_DROPPED = ("/Metadata", "/PieceInfo", "/AA", "/Thumb", "/AF", "/LastModified", "/StructParents")
_NUMBER_SIZE, _NUMBER_MARGIN = 8, 14


def redacted(content: bytes, areas: Sequence[Area], tool: str = "") -> tuple[bytes, int]:
    """The document as pictures with the areas painted out and the words that remain; its pages.

    Every page is drawn anew, not only those with an area: pages of a PDF share fonts, forms and
    pictures, and what one page shows may lie in what another carries along.
    """
    leaves = open_leaves(content)
    beyond = [area.page for area in areas if not 1 <= area.page <= len(leaves)]
    if beyond:
        raise Unfit(f"There is no page {beyond[0]}.")
    made, letters, pages = pikepdf.new(), Letters(), []
    for number, leaf in enumerate(leaves, start=1):
        here = [area for area in areas if area.page == number]
        pages.append(_drawn_anew(made, leaf, here, letters, tool))
    fonts = letters.fonts(made)
    for page in pages:
        page.Resources.Font = Dictionary(fonts)
    return _written(made), len(pages)


def _drawn_anew(
    made: pikepdf.Pdf, leaf: Leaf, areas: Sequence[Area], letters: Letters, tool: str
) -> pikepdf.Page:
    picture = leaf.picture(DPI_OF_COPIES)
    there = leaf.words()
    words = remaining(there, areas, picture)
    paint(picture, areas)
    if not there:
        words = untouched(recognised(picture, tool), areas)
    marks = [Word(f"[{area.mark}]".replace(" ", "\xa0"), area.box) for area in areas]
    across, down = leaf.size
    page = made.add_blank_page(page_size=(across, down))
    page.Resources = Dictionary(XObject=Dictionary({"/P": _picture(made, picture)}))
    shown = f"q {across:.3f} 0 0 {down:.3f} 0 0 cm /P Do Q\n".encode()
    page.Contents = made.make_stream(shown + drawn([*words, *marks], leaf.size, letters))
    return page


def _picture(made: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    """A picture's dots alone, compressed anew: nothing else of its file."""
    plain = grey(picture)
    held = io.BytesIO()
    plain.save(held, "JPEG", quality=_QUALITY)
    colours = Name.DeviceGray if plain.mode == "L" else Name.DeviceRGB
    return made.make_stream(
        held.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=plain.width,
        Height=plain.height,
        ColorSpace=colours,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def grey(picture: Image.Image) -> Image.Image:
    """Without colours where it has none."""
    red, green, blue = picture.split()
    same = red.tobytes() == green.tobytes() == blue.tobytes()
    return red if same else picture


def whole(content: bytes, tool: str = "") -> tuple[bytes, int]:
    """The document as it is shown, without what is not shown: scripts, attachments, metadata.

    Annotations and form fields become part of the page. A document with layers that can be
    switched off is drawn anew, so that what was switched off does not come to light.
    """
    if not content.startswith(b"%PDF-"):
        return redacted(content, [], tool)
    flat = _flattened(content)
    if flat is None:
        return redacted(content, [], tool)
    try:
        with pikepdf.open(flat) as source:
            if "/OCProperties" in source.Root:
                return redacted(content, [], tool)
            made = pikepdf.new()
            for page in source.pages:
                _carry_over(made, page)
    except pikepdf.PdfError as problem:
        raise Unfit("It is damaged, or no PDF.") from problem
    _drop_what_is_not_shown(made)
    return _written(made), len(made.pages)


def _flattened(content: bytes) -> io.BytesIO | None:
    """With annotations and fields as parts of the pages; None where that cannot be done."""
    document, flat = open_pdf(content), io.BytesIO()
    for number in range(len(document)):
        if raw.FPDFPage_Flatten(document[number], raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
            return None
    document.save(flat)
    return flat


def _drop_what_is_not_shown(made: pikepdf.Pdf) -> None:
    for item in made.objects:
        if isinstance(item, Dictionary | pikepdf.Stream):
            for name in _DROPPED:
                if name in item:
                    del item[name]


def _carry_over(made: pikepdf.Pdf, page: pikepdf.Page) -> None:
    inherited = {name: _inherited(page.obj, name) for name in _KEPT}
    for name in list(page.obj.keys()):
        if name not in {*_KEPT, "/Type", "/Parent"}:
            del page.obj[name]
    for name, value in inherited.items():
        if value is not None:
            page.obj[name] = value
    made.pages.append(page)


def _inherited(page: Any, name: str) -> Any:
    node, depth = page, 0
    while node is not None and depth < 50:  # noqa: PLR2004 (no tree of pages is so deep)
        if name in node:
            return node[name]
        node, depth = node.get("/Parent"), depth + 1
    return None


def bound(parts: Sequence[bytes], title: str, prefix: str, first: int, plain: int) -> bytes:
    """The parts in one document; all but the first ``plain`` pages bear their numbers."""
    made, number = pikepdf.new(), first
    for part in parts:
        with pikepdf.open(io.BytesIO(part)) as source:
            made.pages.extend(source.pages)
    for page in list(made.pages)[plain:]:
        _stamp(made, page, f"{prefix}{number:06}")
        number += 1
    made.docinfo["/Title"] = title
    made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    made.Root.Lang = pikepdf.String("en-US")
    return _written(made)


def _stamp(made: pikepdf.Pdf, page: pikepdf.Page, number: str) -> None:
    resources = _copied(page.obj.get("/Resources"))
    fonts = _copied(resources.get("/Font"))
    fonts["/Number"] = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    resources["/Font"] = fonts
    page.obj["/Resources"] = resources
    matrix = " ".join(f"{value:.2f}" for value in _corner(page, len(number)))
    page.contents_add(made.make_stream(b"q\n"), prepend=True)
    page.contents_add(
        made.make_stream(
            f"\nQ q BT 0 g /Number {_NUMBER_SIZE} Tf {matrix} Tm ({number}) Tj ET Q".encode()
        )
    )


def _copied(entries: Any) -> Dictionary:
    """A dictionary of its own: pages may share one, and each gets its number."""
    return Dictionary(dict(entries.items()) if entries is not None else {})


def _corner(page: pikepdf.Page, letters: int) -> tuple[float, ...]:
    """Where the number begins and which way it runs, so that it stands bottom right as seen."""
    edges: Array = page.cropbox
    left, bottom, right, top = (float(value) for value in edges)
    wide, gap = letters * _NUMBER_SIZE * 0.56, _NUMBER_MARGIN
    turn = int(page.obj.get("/Rotate", 0)) % 360
    return {
        90: (0, 1, -1, 0, right - gap, top - gap - wide),
        180: (-1, 0, 0, -1, left + gap + wide, top - gap),
        270: (0, -1, 1, 0, left + gap, bottom + gap + wide),
    }.get(turn, (1, 0, 0, 1, right - gap - wide, bottom + gap))


def _written(made: pikepdf.Pdf) -> bytes:
    held = io.BytesIO()
    made.remove_unreferenced_resources()
    made.save(
        held,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
    return held.getvalue()
