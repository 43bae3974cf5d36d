"""Painting areas out, and telling whether a word can be seen at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from quartermaster.files.opening.leaves import Box, Word

_LEAST_CONTRAST = 24
_LARGEST, _SMALLEST = 22, 8


@dataclass(frozen=True)
class Area:
    """A rectangle of a page that is taken out, and the mark that takes its place."""

    page: int
    box: Box
    mark: str


def seen(picture: Image.Image, word: Word) -> bool:
    """Whether something is drawn where the word stands: what is hidden is not carried over."""
    left, top, right, bottom = word.box.pixels(picture.size)
    cut = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1))).convert("L")
    darkest, lightest = cut.getextrema()
    return bool(lightest - darkest >= _LEAST_CONTRAST)  # type: ignore[operator]


def remaining(words: Iterable[Word], areas: Sequence[Area], picture: Image.Image) -> list[Word]:
    """The words that no area touches and that can be seen."""
    return [word for word in untouched(words, areas) if seen(picture, word)]


def untouched(words: Iterable[Word], areas: Sequence[Area]) -> list[Word]:
    """The words that no area touches."""
    return [word for word in words if not any(word.box.meets(area.box) for area in areas)]


def paint(picture: Image.Image, areas: Iterable[Area]) -> None:
    """Fill the areas, and write the mark into each that has room for it."""
    draw = ImageDraw.Draw(picture)
    for area in areas:
        edges = area.box.pixels(picture.size)
        draw.rectangle(edges, fill="black")
        _write(draw, edges, area.mark)


def _write(draw: ImageDraw.ImageDraw, edges: tuple[int, int, int, int], mark: str) -> None:
    left, top, right, bottom = edges
    room, high = right - left - 4, bottom - top - 2
    for size in range(min(_LARGEST, high), _SMALLEST - 1, -1):
        font = ImageFont.load_default(size)
        if draw.textlength(mark, font=font) <= room:
            middle = ((left + right) / 2, (top + bottom) / 2)
            draw.text(middle, mark, fill="white", font=font, anchor="mm")
            return
