"""A plot of a paper as SVG: bars of months, each with its figure. The table stands beside it."""

from collections.abc import Sequence
from html import escape

WIDTH, TALL, TOP, FOOT = 640, 190, 22, 24
FONT = 'font-family="Libertinus Serif" font-size="13" fill="#1b1b1b"'
FILL = "#005ea2"


def months(points: Sequence[tuple[str, int, str]]) -> bytes:
    """Label, figure and figure in words of each month, left to right."""
    most = max((figure for _, figure, _ in points), default=0) or 1
    step = WIDTH / max(1, len(points))
    low = TALL - FOOT
    parts = [f'<line x1="0" x2="{WIDTH}" y1="{low}" y2="{low}" stroke="#71767a"/>']
    for place, (label, figure, said) in enumerate(points):
        height = round(max(0, figure) / most * (low - TOP), 1)
        middle = round(step * (place + 0.5), 1)
        parts.append(
            f'<rect x="{round(step * place + step * 0.15, 1)}" y="{low - height}"'
            f' width="{round(step * 0.7, 1)}" height="{height}" fill="{FILL}"/>'
            f'<text x="{middle}" y="{round(low - height - 5, 1)}" text-anchor="middle" {FONT}>'
            f"{escape(said)}</text>"
            f'<text x="{middle}" y="{TALL - 7}" text-anchor="middle" {FONT}>{escape(label)}</text>'
        )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {TALL}">'
    return f"{head}{''.join(parts)}</svg>".encode()
