"""Messages of an iPhone as ``imessage-exporter`` writes them: text, and pages of both forms."""

from tests.factories.exports import PICTURE, packed

TALK = "Pipe Works, Sue Okafor - 12"
TEXT = """Mar 24, 2026  2:05:33 PM (Read by you after 1 minute, 4 seconds)
Pipe Works
The main is open at Third and Polk
We need: a valve
attachments/12/31.png
Tapbacks:
Loved by Me

    Mar 24, 2026  2:07:00 PM
    Me
    On our way

    with two of us

Mar 24, 2026  2:06:10 PM
+14145550102
and/or a hose

/Users/ana/Library/Messages/Attachments/aa/IMG_1.HEIC

Mar 24, 2026  2:07:00 PM
Me
On our way

with two of us
This message responded to an earlier message.

Mar 25, 2026 11:00:00 AM You named the conversation The main

"""

_HEAD = (
    '<html>\n<head>\n<meta charset="UTF-8">\n<meta name="viewport" content="width=device-width">'
    "<style>\n.message { color: red }\n</style>\n</head>\n<body>\n"
)


def _stamp(when: str, new: bool, read="") -> str:
    if not new:
        return f'<p><span class="timestamp">{when}{read and " " + read}</span>\n'
    link = f'<a title="Reveal in Messages app" href="sms://open?message-guid=X">{when}</a>'
    return f'<p>\n  <span class="timestamp">\n {link}\n {read}\n </span>\n'


def _message(sender, when, parts, *, new, sent=False, read="", more="", anchor="") -> str:
    way = "sent iMessage" if sent else "received"
    inside = "".join(
        f'<hr>\n<div class="message_part">\n    {part}\n    </div>\n' for part in parts
    )
    return (
        f'<div class="message">\n<div class="{way}">\n{_stamp(when, new, read)}{anchor}'
        f'<span class="sender">{sender}</span></p>\n{inside}{more}</div>\n</div>\n'
    )


def page(*, new=True) -> bytes:
    """The same conversation as a page."""
    bubble = '<span class="bubble">{}</span>'
    word = "tapback" if new else "reaction"
    loved = (
        f'<div class="{word}s"><hr><p>{word.title()}s:</p><div class="{word}">'
        f'<span class="{word}"><b>Loved</b> by Me</span></div></div>\n'
    )
    anchor = '<span class="reply_anchor"><a title="View in thread" href="#X">⇱</a></span>\n'
    words = bubble.format("On our way<br><br>with two of us")
    answer = {"sender": "Me", "when": "Mar 24, 2026  2:07:00 PM", "parts": [words], "new": new}
    context = '<span class="reply_context">This message responded to an earlier message.</span>\n'
    reply = _message(**answer, sent=True, anchor=anchor)
    replies = f'<div class="replies"><div class="reply" id="X">{reply}</div></div>\n'
    link = (
        '<div class="app"><a href="https://valves.example/12"><div class="app_header">'
        '<img src="https://valves.example/x.png"><div class="name">Valve 12</div></div></a></div>'
    )
    return (
        _HEAD
        + _message(
            "Pipe Works",
            "Mar 24, 2026  2:05:33 PM",
            [
                bubble.format("The main is open at Third &amp; Polk<br>We need: a valve"),
                '<div class="attachment"><img src="attachments/12/31.png" loading="lazy"></div>',
            ],
            new=new,
            read="(Read by you after 1 minute)",
            more=loved + replies,
        )
        + _message("+14145550102", "Mar 24, 2026  2:06:10 PM", [link], new=new)
        + _message(**answer, sent=True, anchor=anchor, more=context)
        + '\n<div class="announcement">\n<p><span class="timestamp">Mar 25, 2026 11:00:00 AM</span>'
        " You named the conversation <b>The main</b></p>\n</div>\n</body></html>"
    ).encode()


def text_folder() -> bytes:
    return packed({f"export/{TALK}.txt": TEXT, "export/attachments/12/31.png": PICTURE})


def page_folder(*, new=True) -> bytes:
    return packed(
        {
            f"export/{TALK}.html": page(new=new),
            "export/attachments/12/31.png": PICTURE,
            "export/attachments/13/31.png": b"another picture",
            "export/attachments/13/note.html": "<p>not a conversation</p>",
            f"__MACOSX/export/._{TALK}.html": b"\x00\x05\x16\x07",
        }
    )
