"""Sheets of labels to print on: where each label is, in inches. Data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """A US letter sheet of labels of one size."""

    code: str
    title: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float  # from the left edge of a label to that of the next
    down: float

    @property
    def places(self) -> int:
        return self.columns * self.rows

    def place(self, index: int) -> tuple[float, float]:
        """The upper left corner of a label, numbered from 0 along the rows."""
        row, column = divmod(index % self.places, self.columns)
        return self.left + column * self.across, self.top + row * self.down


SHEETS = {
    sheet.code: sheet
    for sheet in (
        Sheet("5160", "Avery 5160: 30 labels, 1 x 2⅝ in", 3, 10, 2.625, 1, 0.1875, 0.5, 2.75, 1),
        Sheet("5163", "Avery 5163: 10 labels, 2 x 4 in", 2, 5, 4, 2, 0.15625, 0.5, 4.1875, 2),
    )
}
