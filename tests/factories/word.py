"""Word documents made by hand: the XML that Word writes for tracked changes."""

import io
import zipfile

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CHANGE = 'w:id="1" w:author="Clerk" w:date="2026-01-01T00:00:00Z"'


def text(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def deleted(words: str, tag: str = "del") -> str:
    inner = f'<w:r><w:delText xml:space="preserve">{words}</w:delText></w:r>'
    return f"<w:{tag} {CHANGE}>{inner if tag == 'del' else text(words)}</w:{tag}>"


def inserted(words: str, tag: str = "ins") -> str:
    return f"<w:{tag} {CHANGE}>{text(words)}</w:{tag}>"


def paragraph(
    *content: str, style: str = "", item: bool = False, mark_deleted: bool = False
) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if item:
        properties += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    if mark_deleted:
        properties += f"<w:rPr><w:del {CHANGE}/></w:rPr>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def document(*paragraphs: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<w:document xmlns:w="{NAMESPACE}"><w:body>{"".join(paragraphs)}</w:body></w:document>'
    )


def archive(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    return archive({"[Content_Types].xml": "<x/>", "word/document.xml": document(*paragraphs)})
