"""The devices' door beside NanoMDM: enrolment, poll and full cycle on one PostgreSQL, in turns.

``python -m benchmarks.devices`` (or ``make bench-devices``) needs Go, which builds the peer and the
load generator from fixed versions. Both servers share the machine, the database server and the
load; read ratios, not absolutes. The method is told in docs/benchmarks.md.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Protocol
from uuid import uuid4

import httpx
import psycopg
import typer

HERE = Path(__file__).resolve().parent
ADDRESS = "127.0.0.1:18001"
PEER_ADDRESS = "127.0.0.1:18002"
PEER_SIGNED_ADDRESS = "127.0.0.1:18003"
PEER_KEY = "benchmark"
HEADER = "client-cert"
PATIENCE = 60
WARM = 64  # devices that enrol before the clock runs: no start-up of either side is counted


@dataclass(frozen=True)
class Fleet:
    """The devices with their proofs, as the load generator reads them."""

    file: Path
    first: Path
    udids: tuple[str, ...]
    authority: Path


class Server(Protocol):
    """One side of the comparison."""

    name: str
    url: str
    signed_url: str
    database: str
    pids: tuple[int, ...]

    def enqueue(self, udids: tuple[str, ...]) -> None: ...


def build(folder: Path) -> None:
    """Compile the load generator and the peer."""
    for target in ("./load", "github.com/micromdm/nanomdm/cmd/nanomdm"):
        command = ["go", "build", "-mod=readonly", "-o", f"{folder}/", target]
        subprocess.run(command, cwd=HERE, check=True)


def _until(ready: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}.")
        try:
            httpx.get(ready, timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{ready} does not answer.")


@contextmanager
def running(command: list[str], ready: str, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, start_new_session=True, **more)
    try:
        _until(ready, process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


class Ours:
    """Quartermaster's devices' door."""

    name = "Quartermaster"
    url = signed_url = f"http://{ADDRESS}/mdm/apple"
    database = "quartermaster"

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pids = (process.pid,)

    def enqueue(self, udids: tuple[str, ...]) -> None:
        """One question to every device, by the action that pages and API call."""
        from quartermaster.kernel.clock import now
        from quartermaster.kernel.permits import system
        from quartermaster.mdm import actions
        from quartermaster.mdm.driver import Order, driver_named
        from quartermaster.mdm.models import Enrolment
        from quartermaster.mdm.queries import context_of

        rows = list(Enrolment.objects.select_related("device").filter(external_id__in=udids))
        questions = driver_named("apple").inventory(context_of(rows[0].device))
        order = next(item for item in questions if item.kind == "SecurityInfo")
        plain = Order(order.kind, order.render)
        actions.queue_for_many(
            wanted=[(row, [plain]) for row in rows], actor=system("benchmark"), at=now()
        )


class Peer:
    """NanoMDM: one process takes the proxy's header, another the devices' signatures."""

    name = "NanoMDM"
    url = f"http://{PEER_ADDRESS}/mdm"
    signed_url = f"http://{PEER_SIGNED_ADDRESS}/mdm"
    database = "peer"

    def __init__(self, *processes: subprocess.Popen[bytes]) -> None:
        self.pids = tuple(item.pid for item in processes)

    def enqueue(self, udids: tuple[str, ...]) -> None:
        """One question to every device, in one call of its API, without a push."""
        import plistlib

        command = {"CommandUUID": str(uuid4()), "Command": {"RequestType": "SecurityInfo"}}
        answer = httpx.put(
            f"http://{PEER_ADDRESS}/v1/enqueue/{','.join(udids)}?nopush=1",
            content=plistlib.dumps(command),
            auth=("nanomdm", PEER_KEY),
            timeout=PATIENCE,
        )
        answer.raise_for_status()


def prepare_ours(folder: Path, devices: int) -> Fleet:
    """An empty ledger, then ``devices`` that have an identity and are about to enrol."""
    import django

    django.setup()
    from quartermaster.kernel import migrating

    migrating.migrate()

    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding

    from quartermaster.drivers.apple.issuing import the_authority
    from quartermaster.drivers.apple.wire import ca, cms
    from tests.factories import mdm
    from tests.factories.inventory import DeviceFactory
    from tests.factories.org import DepartmentFactory, PersonFactory

    at = datetime.now(UTC)
    authority = the_authority(at)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)  # as SCEP gives it
    department = DepartmentFactory()
    holder = PersonFactory(department=department)
    fleet = []
    for number in range(devices + WARM):
        udid = str(uuid4()).upper()
        device = DeviceFactory(
            asset_tag=f"B-{number:05}",
            serial=f"S{udid[:10]}",
            department=department,
            holder=holder,
            platform="ios",
        )
        enrolment = mdm.pending(device, at)
        issued = ca.issue(
            key.public_key(),
            holder=enrolment.id,
            authority=authority.certificate,
            key=authority.key,
            at=at,
        )
        mdm.certificate(enrolment, at, fingerprint=ca.fingerprint(issued))
        idle = (
            PLIST % f"<key>Status</key><string>Idle</string><key>UDID</key><string>{udid}</string>"
        )
        fleet.append(
            {
                "udid": udid,
                "certificate": base64.b64encode(issued.public_bytes(Encoding.DER)).decode(),
                "signature": base64.b64encode(
                    cms.sign_detached(idle.encode(), issued, key)
                ).decode(),
            }
        )
    (folder / "authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (folder / "first.json").write_text(json.dumps(fleet[:WARM]))
    (folder / "fleet.json").write_text(json.dumps(fleet[WARM:]))
    udids = tuple(item["udid"] for item in fleet[WARM:])
    return Fleet(folder / "fleet.json", folder / "first.json", udids, folder / "authority.pem")


# the load generator writes this message byte for byte, so that the signature made here fits
PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>%s</dict></plist>
"""


def prepare_peer(host: Path) -> str:
    """The peer's own schema in a database beside ours; how it is reached."""
    found = subprocess.run(
        ["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "github.com/micromdm/nanomdm"],
        cwd=HERE,
        check=True,
        capture_output=True,
        text=True,
    )
    schema = (Path(found.stdout.strip()) / "storage/pgsql/schema.sql").read_text()
    with psycopg.connect(host=str(host), user="postgres", dbname="postgres", autocommit=True) as c:
        c.execute("CREATE DATABASE peer")
    with psycopg.connect(host=str(host), user="postgres", dbname="peer", autocommit=True) as c:
        c.execute(schema)  # type: ignore[arg-type]
    return f"host={host} user=postgres dbname=peer sslmode=disable"


def play(tools: Path, server: Server, devices: Path, phase: str, *more: str) -> dict[str, float]:
    """One phase against one server; the generator's figures."""
    url = server.signed_url if "-signed" in more else server.url
    command = [
        str(tools / "load"), f"-url={url}", f"-devices={devices}", f"-phase={phase}", *more
    ]  # fmt: skip
    begun = processor_of(server)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = dict(json.loads(done.stdout))
    return found | {"cpu_us": (processor_of(server) - begun) * 1e6 / found["requests"]}


def _members(server: Server) -> dict[int, float]:
    """The processes of a server, each with the megabytes that it holds."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,pgid=,rss="], check=True, capture_output=True, text=True
    )
    lines = (tuple(map(int, line.split())) for line in listed.stdout.splitlines())
    return {pid: size / 1024 for pid, group, size in lines if group in server.pids}


def processor_of(server: Server) -> float:
    """Seconds of the processor that a server and its database connections have used so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [server.database],
        )
        links = [pid for (pid,) in cursor.fetchall()]
    used = 0
    for pid in (*_members(server), *links):
        with suppress(OSError):
            user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            used += int(user) + int(system)
    return used / os.sysconf("SC_CLK_TCK")


def cycle(tools: Path, server: Server, fleet: Fleet) -> dict[str, float]:
    """Enqueue for the whole fleet, deliver, have it answered: devices a second, start to end."""
    begun = time.monotonic()
    server.enqueue(fleet.udids)
    found = play(tools, server, fleet.file, "cycle")
    return found | {"seconds": time.monotonic() - begun}


def learned() -> float:
    """Answers a second that the worker takes in afterwards (facts, audit entries, events)."""
    from quartermaster.kernel.clock import now
    from quartermaster.mdm import actions

    begun, count = time.monotonic(), 0
    while more := actions.learn_due(now()):
        count += more
    return count / (time.monotonic() - begun)


Figures = dict[str, dict[str, list[float]]]


def _note(figures: Figures, server: Server, phase: str, found: dict[str, float], per: str) -> None:
    rate = found[per] / found["seconds"]
    entry = figures.setdefault(phase, {})
    kept = {
        "rate": rate,
        "p50": found["p50_ms"],
        "p99": found["p99_ms"],
        "cpu": found["cpu_us"],
    }
    for key, value in kept.items():
        entry.setdefault(f"{server.name} {key}", []).append(value)
    typer.echo(
        f"{phase:14}{server.name:15}{rate:9.0f}/s  p50 {found['p50_ms']:6.1f} ms"
        f"  p99 {found['p99_ms']:6.1f} ms  {found['cpu_us']:6.0f} µs of processor a request"
    )


def compare(
    tools: Path, servers: tuple[Server, Server], fleet: Fleet, rounds: int, seconds: float
) -> Figures:
    """Every phase, the two servers in turns."""
    figures: Figures = {}
    for server in servers:
        play(tools, server, fleet.first, "enrol")
    for server in servers:
        _note(figures, server, "enrolment", play(tools, server, fleet.file, "enrol"), "devices")
    _forget_events()
    for phase, more in (("poll", ()), ("poll, signed", ("-signed",))):
        for _ in range(rounds):
            for server in servers:
                found = play(tools, server, fleet.file, "poll", f"-seconds={seconds}", *more)
                _note(figures, server, phase, found, "requests")
    for _ in range(rounds):
        for server in servers:
            _note(figures, server, "full cycle", cycle(tools, server, fleet), "devices")
    typer.echo(f"learned afterwards: {learned():.0f} answers/s in one worker")
    for server in servers:
        typer.echo(f"memory of {server.name}: {max(_members(server).values()):.0f} MB a process")
    return figures


def _forget_events() -> None:
    """Enrolled devices would be asked what they are; here their queues are to be empty."""
    from quartermaster.jobs.models import Delivery

    Delivery.objects.all().delete()


def table(figures: Figures) -> str:
    """The medians, as docs/benchmarks.md shows them."""
    lines = [
        "| phase | Quartermaster | NanoMDM | ratio | p50, p99 ours | p50, p99 peer | processor |",
        "|---|---|---|---|---|---|---|",
    ]
    for phase, found in figures.items():
        middle = {key: median(values) for key, values in found.items()}
        ours, peer = middle["Quartermaster rate"], middle["NanoMDM rate"]
        ends = [
            f"{middle[f'{name} p50']:.1f}, {middle[f'{name} p99']:.1f} ms"
            for name in ("Quartermaster", "NanoMDM")
        ]
        used = " : ".join(f"{middle[f'{name} cpu']:.0f}" for name in ("Quartermaster", "NanoMDM"))
        rates = [f"{ours:,.0f}/s", f"{peer:,.0f}/s", f"{ours / peer:.1f}"]
        cells = [phase, *rates, *ends, f"{used} µs"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    devices: Annotated[int, typer.Option(help="How many devices.")] = 1000,
    seconds: Annotated[float, typer.Option(help="How long each poll lasts.")] = 8,
    rounds: Annotated[int, typer.Option(help="How often each side has its turn.")] = 3,
    workers: Annotated[int, typer.Option(help="Processes of our door.")] = 2,
) -> None:
    """Compare the devices' door with NanoMDM and print the table."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "quartermaster.config.settings",
        "QUARTERMASTER_DATA": str(folder / "data"),
        "QUARTERMASTER_DEVICES_ADDRESS": ADDRESS,
        "QUARTERMASTER_DEVICES_URL": f"http://{ADDRESS}",
        "QUARTERMASTER_DEVICE_CERTIFICATE_HEADER": HEADER,
        "QUARTERMASTER_LOG_LEVEL": "ERROR",
    }
    from quartermaster.config import embedded
    from quartermaster.kernel.heap import settle

    try:
        build(folder)
        fleet = prepare_ours(folder, devices)
        dsn = prepare_peer(embedded.ensure_running(folder / "data" / "postgres"))
        ours = [sys.executable, "-m", "quartermaster", "devices", f"--workers={workers}"]
        peer = [
            str(folder / "nanomdm"), "-storage=pgsql", f"-storage-dsn={dsn}",
            f"-ca={fleet.authority}", f"-api={PEER_KEY}",
        ]  # fmt: skip
        headed = [*peer, f"-listen={PEER_ADDRESS}", f"-cert-header={HEADER}"]
        signed = [*peer, f"-listen={PEER_SIGNED_ADDRESS}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with (
            running(ours, f"http://{ADDRESS}/healthz") as a,
            running(headed, f"http://{PEER_ADDRESS}/version", **quiet) as b,
            running(signed, f"http://{PEER_SIGNED_ADDRESS}/version", **quiet) as c,
        ):
            settle()  # as each process that sets commands up does at its start
            figures = compare(folder, (Ours(a), Peer(b, c)), fleet, rounds, seconds)
        typer.echo(table(figures))
    finally:
        embedded.stop(folder / "data" / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
