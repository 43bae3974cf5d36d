"""Exports as phones make them: text messages of Android, chats of WhatsApp."""

import base64
import io
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from quartermaster.kernel.clock import now
from quartermaster.records.actions import exports
from quartermaster.records.rules.exports import How, Pick

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture of a valve" * 8


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def sms(body: str, at: datetime, *, address="+14145550101", name="Pipe Works", kind=1) -> str:
    return (
        f'<sms address={quoteattr(address)} date="{milliseconds(at)}" type="{kind}"'
        f' subject="null" body={quoteattr(body)} contact_name={quoteattr(name)} />'
    )


def mms(
    text: str, at: datetime, *, addresses="+14145550101~+14145550102", picture=PICTURE, box=1
) -> str:
    data = base64.b64encode(picture).decode()
    return (
        f'<mms date="{milliseconds(at)}" msg_box="{box}" address="{addresses}" m_id="m1"'
        ' contact_name="Pipe Works, Sue Okafor"><parts>'
        '<part seq="-1" ct="application/smil" text="&lt;smil/&gt;"/>'
        f'<part seq="0" ct="image/png" cl="valve.png" text="null" data="{data}"/>'
        f'<part seq="0" ct="text/plain" text={quoteattr(text)}/></parts>'
        '<addrs><addr address="+14145550102" type="137"/>'
        '<addr address="insert-address-token" type="151"/></addrs></mms>'
    )


def backup(*entries: str, root="smses") -> bytes:
    """A file of SMS Backup & Restore."""
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
        "<!--File Created By SMS Backup &amp; Restore-->\n"
        '<?xml-stylesheet type="text/xsl" href="sms.xsl"?>\n'
        f'<{root} count="{len(entries)}">\n' + "\n".join(entries) + f"\n</{root}>\n"
    ).encode()


def packed(parts: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


MARK = "\u200e"
CHAT = (
    f"{MARK}[24/03/2026, 14:05:33] Pipe Works: {MARK}Messages are end-to-end encrypted.\r\n"
    "[24/03/2026, 14:05:40] Pipe Works: The main is open at Third and Polk\r\n"
    "We need: a valve\r\n"
    f"{MARK}[25/03/2026, 09:10:00] Ana Reyes: {MARK}<attached: 00000003-PHOTO.png>\r\n"
    "[26/03/2026, 09:12:00] Ana Reyes: On our way\r\n"
)


def chat(text: str = CHAT, name: str = "_chat.txt") -> bytes:
    """A WhatsApp export with one picture."""
    return packed({name: text, "00000003-PHOTO.png": PICTURE})


def around(day: int, hour: int = 15) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


ALL = Pick(How.WHOLE, "The main at Third Street", "Pipe Works")


def waiting(cast, at):
    """One that waits, with one conversation chosen; by the clock of the pages, as it ends soon."""
    at = now()
    ana = cast.acting(cast.ana)
    content = backup(sms("Main is open", around(20)), mms("the valve", around(21)))
    export = exports.take_export(content=io.BytesIO(content), name="sms.xml", actor=ana, at=at)
    exports.choose(thread_id=export.threads.first().id, pick=ALL, actor=ana, at=at)
    return export
