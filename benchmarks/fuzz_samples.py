"""A sound export of each kind, from which damaged and hostile ones are made; and documents."""

import base64
import io
import json
import zipfile
from email.message import EmailMessage

from benchmarks.legacy_samples import (
    compressed,
    dated_workbook,
    early_sheet,
    old_word_parts,
    old_workbook_parts,
    outlook_parts,
    page_in_rich,
    rich,
    slides_parts,
    word_parts,
    workbook_parts,
)
from quartermaster.records.reading.legacy.compound import compound

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture" * 20
_ROOT = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"


def samples() -> dict[str, tuple[str, bytes]]:
    """By kind: the name of the file, and its content."""
    return {
        "sms": ("sms-1.xml", _sms()),
        "calls": ("calls-1.xml", _calls()),
        "whatsapp-text": ("WhatsApp Chat with Pipe Works.txt", _chat("dash").encode()),
        "whatsapp-package": ("WhatsApp Chat - Pipe Works.zip", _package()),
        "signal": ("signal.zip", _signal()),
        "table": ("Messages.csv", _table().encode()),
        "workbook-table": ("Messages.xlsx", packed(dict(table_parts()))),
        "mail": ("m.eml", _mail()),
        "folder": ("all.mbox", b"From a@b Tue Mar 24 14:05:33 2026\n" + _mail() + b"\n" + _from()),
        "outlook": ("m.msg", compound(ole_parts()["outlook"])),
        "outlook-rich": ("m.msg", compound(ole_parts()["outlook-rich"])),
        "iphone-text": ("Pipe Works - 12.txt", _iphone_text().encode()),
        "iphone-page": ("Pipe Works - 12.html", _iphone_page().encode()),
        "iphone-package": ("export.zip", packed(dict(iphone_parts()))),
    }


def documents() -> dict[str, tuple[str, bytes]]:
    """By kind: the media type of a document whose text is read, and its content."""
    ole = {
        f"text of {kind}": ("application/x-ole-storage", compound(parts))
        for kind, parts in ole_parts().items()
    }
    return {
        **ole,
        "text of dated workbook": (
            "application/x-ole-storage",
            dated_workbook(["m/d/yy h:mm", "[h]:mm:ss"], [46105.5, 1.25], since_1904=False),
        ),
        "text of early sheet": ("application/vnd.ms-excel", early_sheet(4)),
        "text of rtf": ("application/rtf", rich()),
        "text of page in rtf": ("application/rtf", page_in_rich()),
        "text of mail": ("message/rfc822", _mail_of_documents()),
    }


def ole_parts() -> dict[str, dict[str, bytes]]:
    """By kind: the streams of an OLE file."""
    rows = [["Meter", "水 Reading", 4711.0], ["Elm Street", "Meter", 0.25]]
    return {
        "outlook": outlook_parts(files=[("valve.png", "image/png", PICTURE)]),
        "outlook-rich": outlook_parts(
            rich=compressed(page_in_rich()),
            inside=[outlook_parts(rich=compressed(rich()), inside=[outlook_parts()])],
        ),
        "word": word_parts("Shut the valve\r", "Grüße, 水\r", 'a \x13LINK "x"\x14b\x15\x07c\r'),
        "workbook": workbook_parts("Água", rows, 40),
        "old word": old_word_parts("Shut the valve\r\x07b\r", cut=5),
        "old workbook": old_workbook_parts(1251),
        "slides": slides_parts("Title\rsecond line", "Grüße 水"),
    }


def iphone_parts() -> dict[str, bytes]:
    """What is in a package of imessage-exporter."""
    return {
        "export/Pipe Works - 12.html": _iphone_page().encode(),
        "export/Sue.txt": _iphone_text().encode(),
        "export/attachments/12/31.png": PICTURE,
    }


def table_parts() -> dict[str, bytes]:
    """What is in a workbook that is a list of messages."""
    words = "".join(
        f"<si><t>{one}</t></si>" for one in ("Message Date", "Type", "Text", "Attachment", "Hi")
    )
    heading = "".join(f'<c r="{"ABCD"[n]}1" t="s"><v>{n}</v></c>' for n in range(4))
    row = (
        '<row><c r="A2" s="1"><v>46105.5</v></c><c r="B2" t="inlineStr"><is><t>Incoming</t></is>'
        '</c><c r="C2" t="s"><v>4</v></c><c r="D2" t="str"><v>a.png</v></c></row>'
    )
    return {
        "xl/workbook.xml": b'<workbook><workbookPr date1904="0"/></workbook>',
        "xl/sharedStrings.xml": f"<sst>{words}</sst>".encode(),
        "xl/styles.xml": b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="m/d/yy h:mm"/>'
        b'</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f"<worksheet><row>{heading}</row>{row}</worksheet>".encode(),
    }


def _iphone_text() -> str:
    return (
        "Mar 24, 2026  2:05:33 PM (Read by you after 1 minute)\nPipe Works\nTwo\nlines\n"
        "attachments/12/31.png\nTapbacks:\nLoved by Me\n\n"
        "    Mar 24, 2026  2:07:00 PM\n    Me\n    On our way\n\n"
        "Mar 24, 2026  2:07:00 PM\nMe\nOn our way\n"
        "This message responded to an earlier message.\n\n"
        "Mar 25, 2026 11:00:00 AM You named the conversation The main\n\n"
    )


def _iphone_page() -> str:
    reply = (
        '<div class="message"><div class="sent iMessage"><p><span class="timestamp"><a href="sms:">'
        'Mar 24, 2026  2:07:00 PM</a></span><span class="reply_anchor"><a href="#X">x</a></span>'
        '<span class="sender">Me</span></p><hr><div class="message_part"><span class="bubble">On'
        "<br>way</span></div>%s</div></div>"
    )
    return (
        '<html><head><meta charset="UTF-8"><style>.message {}</style></head><body>\n'
        '<div class="message"><div class="received"><p><span class="timestamp">'
        'Mar 24, 2026  2:05:33 PM (Read by you after 1 minute)</span><span class="sender">Pipe'
        '</span></p><div class="message_part"><div class="attachment"><img src="attachments/12/31.'
        'png"></div></div><div class="message_part"><div class="app"><a href="https://x.example/">'
        '<div class="name">x</div></a></div></div><div class="tapbacks"><p>Tapbacks:</p></div>'
        f'<div class="replies"><div class="reply">{reply % ""}</div></div></div></div>'
        + reply
        % '<span class="reply_context">This message</span>'
        + '<div class="announcement"><p><span class="timestamp">Mar 25, 2026 11:00:00 AM</span> You'
        " named it <b>The main</b></p></div></body></html>"
    )


def _mail_of_documents() -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "pipe@example.com", "Drawings"
    made["Date"] = "Tue, 24 Mar 2026 14:05:33 -0500"
    made.set_content("See the files.")
    for name, content in {
        "a.rtf": rich(),
        "a.doc": compound(ole_parts()["word"]),
        "a.zip": packed({"a.txt": "words", "b.rtf": rich()}),
        "a.msg": compound(ole_parts()["outlook"]),
    }.items():
        made.add_attachment(content, maintype="application", subtype="x", filename=name)
    return made.as_bytes()


def _from() -> bytes:
    return b"From c@d Tue Mar 24 14:06:33 2026\n" + _mail()


def _sms() -> bytes:
    data = base64.b64encode(PICTURE).decode()
    return (
        f'{_ROOT}<smses count="2"><sms address="+14145550101" date="1795190400000" type="1"'
        ' body="Valve &#55357;&#56832; &amp; more" contact_name="Pipe Works" />\n'
        '<mms date="1795190500000" msg_box="1" address="+14145550101~+14145550102"'
        ' contact_name="Pipe Works, Sue"><parts><part seq="0" ct="image/png" cl="a.png"'
        f' data="{data}"/><part seq="0" ct="text/plain" text="look"/></parts><addrs>'
        '<addr address="+14145550102" type="137"/></addrs></mms></smses>\n'
    ).encode()


def _calls() -> bytes:
    return (
        f'{_ROOT}<calls count="1"><call number="+14145550101" duration="75" type="1"'
        ' date="1795190400000" contact_name="Pipe Works" /></calls>\n'
    ).encode()


def _chat(form: str) -> str:
    rows = [
        ("24/03/2026", "14:05:33", "Pipe Works: The main is open\nsecond line: here"),
        ("25/03/2026", "09:10:00", "Ana: 00000003-PHOTO.png (file attached)"),
        ("25/03/2026", "09:11:00", "Ana: \u200e<attached: 00000003-PHOTO.png>"),
        ("26/03/2026", "09:12:00", "Ana left"),
    ]
    if form == "dash":
        return "".join(f"{day}, {clock[:5]} - {text}\n" for day, clock, text in rows)
    return "".join(f"\u200e[{day}, {clock}] {text}\r\n" for day, clock, text in rows)


def packed(parts: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


def _package() -> bytes:
    return packed({"_chat.txt": _chat("brackets"), "00000003-PHOTO.png": PICTURE})


def _signal() -> bytes:
    return packed(dict(signal_parts()))


def signal_parts() -> dict[str, bytes]:
    """What is in a package of Signal."""
    line = {
        "date": "2026-03-24T14:05:33",
        "sender": "Pipe Works",
        "body": "The valve",
        "reactions": [["Ana", "ok"]],
        "attachments": [{"name": "v.png", "path": "media/v.png"}],
    }
    return {
        "Pipe Works/data.json": json.dumps(line).encode() + b"\n",
        "Pipe Works/media/v.png": PICTURE,
        "Sue/chat.md": b"[2026-03-24 14:05] Sue: ok ![v](./media/v.png)\nmore\n",
    }


def _table() -> str:
    return (
        "Chat Session,Message Date,Type,Sender ID,Sender Name,Subject,Text,Attachment\n"
        'Pipe,2026-03-24 14:05:33,Incoming,+14145550101,Pipe,,"Two\nlines",a.png\n'
        'Pipe,"3/4/26, 2:05 PM",Outgoing,,,,ok,\n'
    )


def _mail() -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Pipe Works <pipe@example.com>", "ana@city.example"
    made["Date"] = "Tue, 24 Mar 2026 14:05:33 -0500"
    made["Subject"], made["Message-ID"] = "=?utf-8?q?V=C3=A4lve?=", "<a@x>"
    made["References"] = "<r@x> <s@x>"
    made.set_content("It is open.")
    made.add_alternative("<p>It is <b>open</b>.</p>", subtype="html")
    made.add_attachment(PICTURE, maintype="image", subtype="png", filename="valve.png")
    return made.as_bytes()
