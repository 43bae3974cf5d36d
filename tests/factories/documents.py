"""Documents with words that must not come out, hidden in every place that a PDF has."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = "Rumpelstiltskin"
OPEN = "groundwater"
LINES = (
    f"The report on {OPEN} of Third Street",
    f"was written by {SECRET} in May",
    "and is on file with the clerk.",
)

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    f' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="{SECRET}"/></rdf:RDF></x:xmpmeta>'
)


def _page(made: pikepdf.Pdf, lines: tuple[str, ...], rotate: int = 0) -> pikepdf.Page:
    page = made.add_blank_page(page_size=(612, 792))
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page.Resources = Dictionary(Font=Dictionary(F=font))
    shown = "".join(
        f"BT /F 14 Tf 72 {700 - 30 * place} Td ({line}) Tj ET\n" for place, line in enumerate(lines)
    )
    page.Contents = made.make_stream(shown.encode())
    if rotate:
        page.obj["/Rotate"] = rotate
    return page


def plain_pdf(*lines: str, rotate: int = 0, pages: int = 1) -> bytes:
    """A PDF of some lines on each page."""
    made, held = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        _page(made, lines or LINES, rotate)
    made.save(held)
    return held.getvalue()


def leaky_pdf() -> bytes:
    """The secret on the page, under it, and in every other place that a PDF keeps words in."""
    made = pikepdf.new()
    page = _page(made, LINES)
    second = _page(made, (f"Page two speaks of {OPEN} only.",))
    hidden = f"BT 3 Tr /F 14 Tf 72 500 Td ({SECRET}) Tj ET\n"
    covered = f"BT /F 14 Tf 72 460 Td ({SECRET}) Tj ET 0 g 70 455 200 20 re f\n"
    page.contents_add(made.make_stream((hidden + covered).encode()))
    shared = made.make_stream(f"BT /F 14 Tf 0 0 Td ({SECRET}) Tj ET".encode())
    second.Resources.XObject = Dictionary(Unused=shared)
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([10, 10, 30, 30]), Contents=String(SECRET)
    )
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("author"),
        V=String(SECRET),
        Rect=Array([300, 20, 500, 40]),
    )
    page.obj["/Annots"] = Array([made.make_indirect(note), made.make_indirect(field)])
    page.obj["/PieceInfo"] = Dictionary(App=Dictionary(Private=String(SECRET)))
    made.Root.AcroForm = Dictionary(Fields=Array([page.obj["/Annots"][1]]))
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')"))
    made.Root.Metadata = made.make_stream(XMP.encode())
    made.docinfo["/Author"] = SECRET
    made.attachments["secret.txt"] = SECRET.encode()
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
    held = io.BytesIO()
    made.save(held)
    return held.getvalue() + f"\n% an earlier version: {SECRET}\n".encode()


def picture(text: str = SECRET) -> bytes:
    """A picture with words drawn on it, and the same words in what goes along with it."""
    drawn, held = Image.new("RGB", (400, 200), "white"), io.BytesIO()
    ImageDraw.Draw(drawn).text((20, 80), text, fill="black")
    said = PngInfo()
    said.add_text("Comment", text)
    drawn.save(held, "PNG", pnginfo=said)
    return held.getvalue()
