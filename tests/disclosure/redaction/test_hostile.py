"""Documents that mean harm are refused, and their process has no more than it may use."""

import io
import subprocess
import sys
import zlib

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.disclosure.redaction import asking
from quartermaster.files.opening import limits
from quartermaster.files.opening.confined import Unfit
from quartermaster.files.opening.leaves import open_leaves
from tests.factories.documents import plain_pdf


def saved(document):
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_too_many_pages_are_refused():
    made = pikepdf.new()
    page = made.add_blank_page()
    for _ in range(limits.MOST_PAGES):
        made.pages.append(page)
    with pytest.raises(DocumentUnfit, match="more than"):
        asking.sizes_of(saved(made))


def test_a_picture_that_is_a_bomb_is_refused():
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    chunk = header + b"\x08\x02\x00\x00\x00" + zlib.crc32(header[12:] + b"\x08\x02").to_bytes(4)
    with pytest.raises(DocumentUnfit):
        asking.sizes_of(chunk)


def test_a_large_picture_is_drawn_smaller():
    held = io.BytesIO()
    Image.new("L", (9000, 6000)).save(held, "PNG")
    _, (across, down) = asking.picture_of(held.getvalue(), 1)
    assert across * down <= limits.MOST_PIXELS


def test_a_stream_that_unpacks_for_ever_is_refused_or_drawn_within_bounds():
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    page.Contents = made.make_stream(b"0 0 m 9 9 l S\n" * 3_000_000)
    try:
        picture, _ = asking.picture_of(saved(made), 1)
    except DocumentUnfit:
        return
    assert picture.startswith(b"\x89PNG")


def test_a_locked_document_says_so():
    with pikepdf.open(io.BytesIO(plain_pdf())) as document:
        held = io.BytesIO()
        document.save(held, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(DocumentUnfit, match="password"):
        asking.sizes_of(held.getvalue())


@pytest.mark.parametrize(
    "code",
    [
        "os.write(os.open('written', os.O_CREAT | os.O_WRONLY), b'x')",
        "bytes(8 * 1024 ** 3)",
        "[open('/dev/null') for _ in range(200)]",
    ],
)
def test_the_process_has_no_more_than_it_may(code, tmp_path):
    script = f"""
from quartermaster.files.opening.confined import confine
from quartermaster.files.opening.limits import BOUNDS
confine(BOUNDS)
import os
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    {code}
except (OSError, MemoryError):
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "refused"


def test_the_process_knows_nothing_of_the_house():
    script = """
import sys
import quartermaster.disclosure.redaction.worker
print([name for name in ("django", "psycopg", "quartermaster.config") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 400), st.binary(min_size=1, max_size=20))
def test_a_damaged_document_is_opened_or_refused(place, junk):
    content = bytearray(plain_pdf())
    place = place % len(content)
    content[place : place + len(junk)] = junk
    try:
        leaves = open_leaves(bytes(content))
        for leaf in leaves:
            leaf.picture(20)
            leaf.words()
    except Unfit:
        pass
