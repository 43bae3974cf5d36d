"""Pictures from outside: looked at, bounded, and made anew, so that only the picture is kept.

A photograph tells where and when it was taken, with which phone, and may carry what no viewer
shows. All of that stays behind.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from quartermaster.kernel.errors import InvalidInput

LARGEST = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 2048
SMALL = 320
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
JPEG = "image/jpeg"


@dataclass(frozen=True)
class Picture:
    """A picture made anew, and a small one of it; both JPEG without any data beside."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def picture_of(content: bytes) -> Picture:
    """Read a photograph, or raise `InvalidInput` that says what is wrong with it."""
    if len(content) > LARGEST:
        raise InvalidInput(
            f"The photograph is larger than {LARGEST // 1024 // 1024} MB.", field="image"
        )
    image = _opened(content)
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((SIDE, SIDE))
    small = upright.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(_jpeg(upright), _jpeg(small), upright.width, upright.height)


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise _too_many()
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many() from problem
    except InvalidInput:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as problem:
        raise InvalidInput(
            "This is no photograph that can be read. Send a JPEG, PNG or WebP.", field="image"
        ) from problem
    return image


def _too_many() -> InvalidInput:
    most = MOST_PIXELS // 1_000_000
    return InvalidInput(f"The photograph has more than {most} million pixels.", field="image")


def _jpeg(image: Image.Image) -> bytes:
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)  # the pixels alone
    made = io.BytesIO()
    fresh.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
