"""The quick reader: what it reads is what the general reader reads, and what it leaves is left."""

import base64
import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import plain, plist
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge

HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
    b'"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">'
)
GAPS = st.sampled_from([b"", b"\n", b"\r\n\t", b"  "])
WORDS = st.text("AZaz019._:-' \"\n\t/=;#]", max_size=20)
NAMES = st.text("AZaz. ", min_size=1, max_size=10)
VALUES = st.recursive(
    st.booleans() | WORDS | st.binary(max_size=20) | st.integers(-(10**17), 10**17),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def written(value, gap):
    """As a device might write it, with gaps where it may leave them."""
    if isinstance(value, bool):
        return b"<true/>" if value else b"<false/>"
    if isinstance(value, int):
        return b"<integer>%d</integer>" % value
    if isinstance(value, str):
        return b"<string>%b</string>" % value.encode()
    if isinstance(value, bytes):
        return b"<data>%b</data>" % (b"\n\t" + base64.b64encode(value) + b"\n")
    if isinstance(value, list):
        inner = [written(item, gap) for item in value]
        return gap.join([b"<array>", *inner, b"</array>"])
    pairs = [
        b"<key>%b</key>%b%b" % (name.encode(), gap, written(item, gap))
        for name, item in value.items()
    ]
    return gap.join([b"<dict>", *pairs, b"</dict>"])


@st.composite
def messages(draw):
    said = draw(st.dictionaries(NAMES, VALUES, max_size=5))
    gap = draw(GAPS)
    return HEAD + gap + written(said, gap) + gap + b"</plist>" + gap, said


def one(inside):
    return HEAD + b"<dict>" + inside + b"</dict></plist>"


@given(messages())
def test_plain_messages_are_read_as_by_the_general_reader(made):
    body, said = made
    assert plain.read(body) == plistlib.loads(body) == plist.loads(body) == said


def test_what_the_house_and_devices_write_is_of_the_plain_shape():
    said = {"Status": "Acknowledged", "List": [{"Name": "Maps", "Size": 3, "Beta": False}]}
    assert plain.read(plistlib.dumps(said)) == said


PARTS = st.sampled_from(
    b"< > &amp; <!-- --> <key>a</key> </dict> <dict> ]]> \x0c <string> </string> <?x?> </array>"
    b" <![CDATA[ \xff a \x00 <true/> <array> <data>a</data> <integer>0x1</integer> \r".split(b" ")
)


@given(messages(), st.data())
def test_what_is_read_quickly_is_never_read_otherwise_by_the_general_reader(made, data):
    body, _ = made
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        stop = data.draw(st.integers(start, min(len(body), start + 12)))
        body = body[:start] + data.draw(PARTS | st.just(b"")) + body[stop:]
    said = plain.read(body)
    assert said is None or said == plistlib.loads(body)


@pytest.mark.parametrize(
    "inside",
    [
        b"<key>a</key><string>&amp;</string>",
        b"<key>a</key><string>\xc3\xa9</string>",
        b"<key>a</key><string>one\r\ntwo</string>",
        b"<key>a</key><real>1.5</real>",
        b"<key>a</key><date>2026-11-25T12:00:00Z</date>",
        b"<key>a</key><integer>0x10</integer>",
        b"<key>a</key><string/>",
        b"<key></key><string>a</string>",
    ],
)
def test_what_is_not_of_the_plain_shape_is_left_to_the_general_reader(inside):
    assert plain.read(one(inside)) is None
    assert plist.loads(one(inside)) == plistlib.loads(one(inside))


@pytest.mark.parametrize(
    "inside",
    [
        b"<key>a</key>",
        b"<string>a</string>",
        b"<key>a</key><array></dict>",
        b"<key>a</key><array><key>b</key><true/></array>",
        b"<key>a</key><data>a</data>",
        b"<true/>",
    ],
)
def test_what_is_wrong_is_left_to_the_general_reader_which_says_so(inside):
    assert plain.read(one(inside)) is None
    with pytest.raises(Malformed):
        plist.loads(one(inside))


@pytest.mark.parametrize("root", [b"<array></array>", b"<string>a</string>", b"</array>", b""])
def test_only_a_dictionary_is_a_message(root):
    assert plain.read(HEAD + root + b"</plist>") is None


def test_the_bounds_are_those_of_the_general_reader():
    deep = one(b"<key>a</key>" + b"<array>" * 64 + b"</array>" * 64)
    wide = one(b"<key>a</key><array>" + b"<true/>" * 60_000 + b"</array>")
    for body in (deep, wide):
        assert plain.read(body) is None
        with pytest.raises(TooLarge):
            plist.loads(body)
