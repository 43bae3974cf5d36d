"""Pictures from outside: looked at, bounded, and made anew, so that only the picture is kept.

A photograph tells where and when it was taken, with which phone, and may carry what no viewer
shows. All of that stays behind.
"""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from quartermaster.kernel.errors import InvalidInput

LARGEST = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 2048
SMALL = 320
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
JPEG = "image/jpeg"

# as iPhones take them; the picture alone, neither its thumbnails nor maps of its depth
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


# what decoders raise for what is broken or meant ill; past its own limits libheif says RuntimeError
_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    RuntimeError,
    Warning,
)


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
    upright = _upright(image).convert("RGB")
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
    except _UNREADABLE as problem:
        raise InvalidInput(
            "This is no photograph that can be read. Send a JPEG, PNG, WebP or HEIC.", field="image"
        ) from problem
    return image


def _upright(image: Image.Image) -> Image.Image:
    """The way up that it says it has; as it lies, where what it says cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ImageOps.exif_transpose(image)
        except (*_UNREADABLE, struct.error, LookupError, TypeError):
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
