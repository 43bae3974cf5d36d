"""Looking for words where they must not be: readers of other people, and every byte."""

import io
import re
import shutil
import subprocess

import pikepdf
import pypdf
import pypdfium2


def read_by_pypdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def read_by_pdfium(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def read_by_poppler(content: bytes) -> str | None:
    """What pdftotext reads; None where it is not installed."""
    tool = shutil.which("pdftotext")
    if tool is None:
        return None
    done = subprocess.run([tool, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def readings(content: bytes) -> dict[str, str]:
    found = {
        "pypdf": read_by_pypdf(content),
        "pdfium": read_by_pdfium(content),
        "poppler": read_by_poppler(content),
    }
    return {name: text for name, text in found.items() if text is not None}


def every_string(content: bytes) -> list[bytes]:
    """The file, every stream decompressed, and every string of every object."""
    with pikepdf.open(io.BytesIO(content)) as document:
        found = [content]
        for item in document.objects:
            found.append(item.unparse(resolved=True))
            if isinstance(item, pikepdf.Stream):
                found += [item.read_raw_bytes()]
                try:
                    found.append(item.read_bytes())
                except pikepdf.PdfError:
                    assert item.get("/Filter") == "/DCTDecode"  # dots: read_raw_bytes has them
        return found + [str(value).encode() for value in document.docinfo.values()]


def places_of(word: str, content: bytes) -> list[str]:
    """In which disguises a word is in a document: as it is, UTF-16, hexadecimal, read by whom."""
    plain, wide = word.encode(), word.encode("utf-16-be")
    forms = {
        "plain": plain,
        "UTF-16BE": wide,
        "UTF-16LE": word.encode("utf-16-le"),
        "hexadecimal": plain.hex().encode(),
        "hexadecimal UTF-16": wide.hex().encode(),
        "octal": "".join(f"\\{byte:03o}" for byte in plain).encode(),
    }
    lowered = [re.sub(rb"\s", b"", text.lower()) for text in every_string(content)]
    found = [name for name, form in forms.items() if any(form.lower() in t for t in lowered)]
    texts = readings(content)
    return found + [
        name for name, text in texts.items() if word.lower() in re.sub(r"\s", "", text.lower())
    ]
