"""Photographs, and what only pretends to be one."""

import io

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()


def _telling(*, exif: bool) -> Image.Exif:
    data = Image.Exif()
    if exif:
        data[0x0110] = "Telltale Phone 9"  # the model
        data[0x0112] = 6  # lies on its side
        data.get_ifd(0x8825)[2] = (43.0, 2.0, 20.0)  # latitude
    return data


def heic(size=(60, 40), colour="navy", *, exif: bool = False) -> bytes:
    """The same as an iPhone keeps it."""
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "HEIF", exif=_telling(exif=exif))
    return made.getvalue()


def jpeg(size=(60, 40), colour="navy", *, exif: bool = False) -> bytes:
    """A small photograph; with ``exif``, one that tells where it was taken, lying on its side."""
    image, data = Image.new("RGB", size, colour), _telling(exif=exif)
    made = io.BytesIO()
    image.save(made, "JPEG", exif=data if exif else b"", comment="who knows")
    return made.getvalue()


def picture(form: str, size=(60, 40)) -> bytes:
    """The same in another form."""
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, form)
    return made.getvalue()
