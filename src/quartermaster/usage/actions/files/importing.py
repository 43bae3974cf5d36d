"""Importing one file: everything it says, in one act, or nothing of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor
from quartermaster.usage import sealing
from quartermaster.usage.actions.files.keeping import Piece, keep
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.queries.imports import ANY, contracts_of, profiles_in_use
from quartermaster.usage.reading.bounds import FileRefused
from quartermaster.usage.reading.opening import Opened, opened
from quartermaster.usage.reading.surveying import survey
from quartermaster.usage.rules.contents import Refusal, Whose
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.imports import is_something_else
from quartermaster.usage.rules.profiles import Profile
from quartermaster.usage.rules.reading import Given
from quartermaster.usage.warehouse import ingest as warehouse
from quartermaster.usage.warehouse.staging import Delimited

PREFIX = "file-"


def work_folder() -> Path:
    """Where files lie open while they are read; only this process may look into it.

    It is of one database, as is the lock by which there is one reader: what lies in it when a
    reader begins was left behind by one that died.
    """
    folder = Path(settings.DATA) / "usage" / "reading" / str(connection.settings_dict["NAME"])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def plain(file: CarrierFile) -> Iterator[tuple[Path, Path]]:
    """The file as it came, for a while; what a reader that died left behind is removed first."""
    for left in work_folder().glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=work_folder(), prefix=PREFIX) as name:
        path, work = Path(name) / "received", Path(name) / "work"
        work.mkdir()
        with path.open("wb") as out:
            for block in sealing.opened(file):
                out.write(block)
        yield path, work


@dataclass
class Importing:
    """One file on its way in."""

    file: CarrierFile
    actor: Actor
    at: datetime
    asked: Profile | None = None  # the profile that whoever sent the file chose
    pieces: list[Piece] = field(default_factory=list)
    vendors: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = field(default_factory=dict)

    @property
    def given(self) -> Given:
        return Given(self.file.account, self.file.cycle_from, self.file.cycle_until)


def import_file(*, file: CarrierFile, actor: Actor, at: datetime) -> None:
    """Read a file and keep what it says (G-9, G-12).

    Raises:
        HouseError: the file as a whole cannot be taken; nothing of it was.
    """
    chosen = [
        (profile, number)
        for profile, number in profiles_in_use()
        if not file.profile_key or profile.key in {file.profile_key, "x12-811"}
    ]
    numbers = {profile.key: number for profile, number in chosen}
    profiles = [profile for profile, _ in chosen]
    asked = next((one for one in profiles if one.key == file.profile_key), None)
    doing = Importing(file, actor, at, asked)
    with plain(file) as (path, work):
        # summaries are read on the way; the whole file is looked at before anything is kept
        tables = list(opened(path, file.name, work, profiles, doing.given))
        if not tables:
            raise FileRefused("The file has no table in it.")
        for table in tables:
            _plan(doing, table, work)
        _check(doing)
        _say(doing)
        with act(actor, at):  # all of it, or nothing: a table may turn out to be none at its end
            for piece in doing.pieces:
                if piece.family.is_detail:
                    _ingest(doing, piece)
            keep(file=file, pieces=doing.pieces, numbers=numbers, actor=actor, at=at)


def _plan(doing: Importing, table: Opened, work: Path) -> None:
    """What a table has, by account and cycle; no account may be another customer's."""
    profile = table.found.profile
    if table.summary is not None:
        read = table.summary
        if is_something_else(read.rows, len(read.refusals)):
            raise FileRefused(_odd(table, read.rows, read.refusals))
        refusals = list(read.refusals)
        for part in read.parts:
            cycle = _cycle(doing, profile, part.whose)
            piece = Piece(part.family, cycle, profile.key, table.name, table.found)
            piece.content, piece.rows = part.content, part.rows
            piece.refusals, refusals = refusals, []
            piece.refused = len(piece.refusals)
            doing.pieces.append(piece)
        return
    family = table.found.fitted.layout.family
    seen = survey(table.found, doing.given, work)
    if not seen.rows:
        if seen.unreadable:
            raise FileRefused(f"{table.name}: {seen.example}")
        return
    if len(seen.rows) > 1 and seen.unreadable:
        raise FileRefused(
            f"{table.name} has rows of several accounts or cycles that cannot be told apart."
            " Ask the carrier for one file for each."
        )
    for whose in sorted(seen.rows):
        cycle = _cycle(doing, profile, whose)
        doing.pieces.append(Piece(family, cycle, profile.key, table.name, table.found))


def _odd(table: Opened, rows: int, refusals: list[Refusal]) -> str:
    first = refusals[0]
    return (
        f"{table.name}: {len(refusals):,} of {rows:,} rows cannot be read, the first (row"
        f" {first.row}) because: {first.reason} The file is not what its headings say."
    )


def _cycle(doing: Importing, profile: Profile, whose: Whose) -> Cycle:
    names = profile.carrier_names
    if ANY in names and doing.asked is not None:
        names = doing.asked.carrier_names  # a form of any carrier, sent as one's
    key = (whose.account, names)
    if key not in doing.vendors:
        found = contracts_of(*key)
        if not found:
            raise FileRefused(
                f"The account {whose.account[:40]} is under no contract of the City with this"
                " carrier. It is another customer's file, or its contract is not entered yet."
            )
        if len(found) > 1:
            raise FileRefused(
                f"The account {whose.account[:40]} is under several contracts of the City"
                f" ({', '.join(vendor for vendor, _ in found)}). It does not"
                " say of which. Import it again with the carrier's profile chosen."
            )
        doing.vendors[key] = found[0]
    vendor, account = doing.vendors[key]
    return Cycle(vendor, account, whose.from_on, whose.until_on)


def _check(doing: Importing) -> None:
    if not doing.pieces:
        raise FileRefused("The file has no rows in it.")
    seen: set[tuple[Cycle, Family]] = set()
    for piece in doing.pieces:
        if (piece.cycle, piece.family) in seen:
            raise FileRefused(
                f"The file has {piece.family.label.lower()} twice for {piece.cycle}."
                " Which of the two is right cannot be told."
            )
        seen.add((piece.cycle, piece.family))


def _ingest(doing: Importing, piece: Piece) -> None:
    """Hand a detail table to the warehouse. Doing it again after a crash gives the same."""
    found = piece.found
    done = warehouse.ingest(
        file=Delimited(found.path, found.fitted, found.delimiter, found.skipped),
        cycle=piece.cycle,
        actor=doing.actor,
        at=doing.at,
        origin=doing.file.stored,
    )
    piece.rows, piece.refused = done.taken, done.refused
    if is_something_else(done.taken + done.refused, done.refused):
        first = done.refusals[0]
        raise FileRefused(
            f"{piece.name}: {done.refused:,} of {done.taken + done.refused:,} rows cannot be read,"
            f" the first because: {first.reason} The file is not what its headings say."
        )
    piece.refusals = [
        Refusal(found.skipped + row.row, row.reason, " | ".join(row.cells)[:500])
        for row in done.refusals
    ]


def _say(doing: Importing) -> None:
    """What is being done; seen at once, because it is not of the act."""
    kinds = dict.fromkeys(piece.family.label.lower() for piece in doing.pieces)
    CarrierFile.objects.filter(pk=doing.file.pk).update(
        progress=f"Taking in {', '.join(kinds)}."[:200]
    )
