"""XML of strangers, element by element: no document type, no entities, nothing fetched."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.bounds import DEEPEST, LONGEST_TAG
from quartermaster.records.reading.surrogates import mended

Attributes = dict[str, str]
Begin = Callable[[str, Attributes, int], None]
End = Callable[[str], None]


class Broken(Exception):  # noqa: N818 (an outcome)
    """From a line on it is no XML; what came before was read."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"From line {line:,} on it is not written as it should be: {why}.")
        self.line = line


def read(
    pieces: Iterable[bytes], begin: Begin, end: End, text: Callable[[str], None] | None = None
) -> None:
    """Call for each element with its attributes and line; `Broken` where the writing breaks off."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = False
    deep = 0

    def refused(*_arguments: object) -> None:
        raise Unfit("It declares a document type or entities, as no export of a phone does.")

    def started(name: str, attributes: Attributes) -> None:
        nonlocal deep
        deep += 1
        if deep > DEEPEST:
            raise Unfit("Its elements lie too deep in one another.")
        begin(name, attributes, parser.CurrentLineNumber)

    def ended(name: str) -> None:
        nonlocal deep
        deep -= 1
        end(name)

    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    try:
        for piece in _bounded(mended(pieces)):
            parser.Parse(piece, False)  # noqa: FBT003 (expat's own)
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as problem:
        raise Broken(problem.lineno, expat.ErrorString(problem.code)) from problem


def _bounded(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The same, while no tag is longer than it may be."""
    open_for = 0
    for piece in pieces:
        at = piece.rfind(b"<")
        if at < 0 and b">" not in piece:
            open_for += len(piece)
        else:
            open_for = len(piece) - at if at > piece.rfind(b">") else 0
        if open_for > LONGEST_TAG:
            raise Unfit("A single entry in it is larger than it may be.")
        yield piece
