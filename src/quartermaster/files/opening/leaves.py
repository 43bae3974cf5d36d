"""A document as a row of leaves, whether it is a PDF or a picture: looks, and words with places."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageOps, ImageSequence
from pypdfium2 import raw

from quartermaster.files.opening.confined import Unfit
from quartermaster.files.opening.limits import (
    LONGEST_SIDE,
    MOST_PAGES,
    MOST_PIXELS,
    WHOLE,
)

Image.MAX_IMAGE_PIXELS = 8 * MOST_PIXELS
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_HYPHENS = {0x02, 0xFFFE}
_LETTER = (612.0, 792.0)
_SMALLEST = 96  # dots an inch at which a picture is put on paper, at least


@dataclass(frozen=True)
class Box:
    """A rectangle of a leaf as it is seen, in ten-thousandths of its width and height."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def pixels(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """The pixels that it touches, outwards."""
        across, down = size
        return (
            self.left * across // WHOLE,
            self.top * down // WHOLE,
            -(-self.right * across // WHOLE),
            -(-self.bottom * down // WHOLE),
        )


@dataclass(frozen=True)
class Word:
    """Some letters without a gap, and where they stand."""

    text: str
    box: Box


class Leaf(Protocol):
    """One page."""

    size: tuple[float, float]

    def picture(self, dpi: int) -> Image.Image: ...

    def words(self) -> list[Word]: ...

    def found(self, words: str) -> list[Box]: ...


def open_leaves(content: bytes) -> list[Leaf]:
    """The leaves of a document; `Unfit` where it is none, or has too many or too large ones."""
    if content.startswith(b"%PDF-"):
        return _of_pdf(content)
    return list(_of_picture(content))


def open_pdf(content: bytes) -> pdfium.PdfDocument:
    """A PDF with its forms, as a reader shows it."""
    try:
        document = pdfium.PdfDocument(content)
        document.init_forms()
    except pdfium.PdfiumError as problem:
        locked = "password" in str(problem).lower()
        why = "It is locked with a password." if locked else "It is damaged, or no PDF."
        raise Unfit(why) from problem
    if not 0 < len(document) <= MOST_PAGES:
        raise Unfit(f"It has no page, or more than {MOST_PAGES:,}.")
    return document


def _of_pdf(content: bytes) -> list[Leaf]:
    document = open_pdf(content)
    return [PdfLeaf(document, number) for number in range(len(document))]


class PdfLeaf:
    """A page of a PDF, turned as it is shown and cut to what is shown."""

    def __init__(self, document: pdfium.PdfDocument, number: int) -> None:
        self.document, self.number = document, number
        with self._sound():
            across, down = document.get_page_size(number)
        if not (0 < across <= LONGEST_SIDE and 0 < down <= LONGEST_SIDE):
            raise Unfit(f"Page {number + 1} is too large to be drawn.")
        self.size = (float(across), float(down))

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except pdfium.PdfiumError as problem:
            raise Unfit(f"Page {self.number + 1} is damaged.") from problem

    @cached_property
    def page(self) -> Any:
        with self._sound():
            return self.document[self.number]

    def picture(self, dpi: int) -> Image.Image:
        across, down = self.size
        most = (MOST_PIXELS / (across * down)) ** 0.5
        with self._sound():
            drawn = self.page.render(scale=min(dpi / 72, most), may_draw_forms=True)
            return drawn.to_pil().convert("RGB")  # type: ignore[no-any-return]

    @cached_property
    def _text(self) -> Any:
        with self._sound():
            return self.page.get_textpage()

    def _box(self, edges: tuple[float, float, float, float]) -> Box:
        """A rectangle of the page's own space as it is seen, however the page is turned."""
        left, bottom, right, top = edges
        turn = pdfium.PdfPosConv(self.page, (0, 0, WHOLE, WHOLE, 0))
        (ax, ay), (bx, by) = turn.to_bitmap(left, bottom), turn.to_bitmap(right, top)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def words(self) -> list[Word]:
        text, found = self._text, []
        letters, place, high = "", None, 0
        for index in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, index)
            if code in _HIGH:
                high = code
                continue
            letter = _letter(code, high)
            high = 0
            if letter:
                with self._sound():
                    box = self._box(text.get_charbox(index))
                letters, place = letters + letter, place.joined(box) if place else box
            elif letters and place is not None:
                found.append(Word(letters, place))
                letters, place = "", None
        if letters and place is not None:
            found.append(Word(letters, place))
        return found

    def found(self, words: str) -> list[Box]:
        searcher, boxes = self._text.search(words), []
        while (match := searcher.get_next()) is not None:
            count = self._text.count_rects(*match)
            boxes += [self._box(self._text.get_rect(place)) for place in range(count)]
        searcher.close()
        return boxes


def _letter(code: int, high: int) -> str:
    if code in _HYPHENS:
        return "-"
    if code in _LOW:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else ""
    letter = chr(code)
    return "" if letter.isspace() or not letter.isprintable() else letter


def _of_picture(content: bytes) -> Iterator[Leaf]:
    if content[4:8] == b"ftyp":
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        opened = Image.open(io.BytesIO(content))
        count = getattr(opened, "n_frames", 1)
        if count > MOST_PAGES:
            raise Unfit(f"It has more than {MOST_PAGES:,} pictures.")
        for frame in ImageSequence.Iterator(opened):
            yield PictureLeaf(ImageOps.exif_transpose(frame).convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise Unfit("It is no picture that can be opened, or too large a one.") from problem


class PictureLeaf:
    """A picture, as large on paper as its dots allow, and a letter sheet at most."""

    def __init__(self, picture: Image.Image) -> None:
        across, down = picture.size
        if across * down > MOST_PIXELS:
            shrink = (MOST_PIXELS / (across * down)) ** 0.5
            picture = picture.resize((max(1, int(across * shrink)), max(1, int(down * shrink))))
        self._picture = picture
        sheet = _LETTER if down >= across else _LETTER[::-1]
        scale = min(72 / _SMALLEST, sheet[0] / across, sheet[1] / down)
        self.size = (max(across * scale, 3.0), max(down * scale, 3.0))

    def picture(self, dpi: int) -> Image.Image:  # noqa: ARG002 (its dots are what they are)
        return self._picture.copy()

    def words(self) -> list[Word]:
        return []

    def found(self, words: str) -> list[Box]:  # noqa: ARG002 (there are only dots)
        return []
