"""A drawn signature: a PNG of bounded size that shows something, brought to one plain form."""

import io
from base64 import b64decode
from binascii import Error

from PIL import Image, UnidentifiedImageError

from quartermaster.kernel.errors import InvalidInput

_PREFIX = "data:image/png;base64,"
LARGEST = 200 * 1024
WIDTHS = range(50, 2001)
HEIGHTS = range(20, 1201)
LEAST_INK = 60  # dots: a tap is no signature
DARK = 160


def read_drawing(given: str) -> bytes:
    """The signature that a page sends, redrawn in black on white; `InvalidInput` where it is none.

    What is kept is made anew from the dots alone: nothing else of the file survives.
    """
    if not given.startswith(_PREFIX) or len(given) > LARGEST * 4 // 3 + len(_PREFIX) + 4:
        raise _unusable()
    try:
        content = b64decode(given.removeprefix(_PREFIX), validate=True)
    except (Error, ValueError) as problem:
        raise _unusable() from problem
    return redrawn(content)


def redrawn(content: bytes) -> bytes:
    """The dots of a PNG as a new one-colour PNG."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if image.width not in WIDTHS or image.height not in HEIGHTS:
                raise _unusable()
            shown = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as problem:
        raise _unusable() from problem
    except Image.DecompressionBombError as problem:
        raise _unusable() from problem
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    lines = paper.convert("L").point(lambda tone: 0 if tone < DARK else 255).convert("1")
    if lines.histogram()[0] < LEAST_INK:
        raise InvalidInput("Draw your signature, or type your name instead.", field="drawing")
    made = io.BytesIO()
    lines.save(made, format="PNG", optimize=True)
    return made.getvalue()


def _unusable() -> InvalidInput:
    return InvalidInput(
        "This drawing cannot be read. Draw it again, or type your name instead.", field="drawing"
    )
