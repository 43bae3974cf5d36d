"""Commands that serve: each door and the worker alone, or all of them under one supervisor."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from granian import Granian
from granian.constants import Interfaces

from quartermaster.cli.demo import bought, push
from quartermaster.cli.demo.command import fill, show_log_ins
from quartermaster.cli.demo.story import is_demo, is_empty
from quartermaster.jobs import worker as queue_worker
from quartermaster.kernel import migrating

Workers = Annotated[int, typer.Option(min=1, max=64, help="How many processes.")]
GRACE = 25  # seconds that a process has to finish what it does
SHORTEST_LIFE = 5  # seconds; what dies sooner is restarted after a pause


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def web(workers: Workers = 1) -> None:
    """Serve the people's door (pages and API)."""
    _measure_all_processes()
    host, port = _address(settings.WEB_ADDRESS)
    Granian(
        "quartermaster.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        log_enabled=False,
        respawn_failed_workers=True,
    ).serve()


def _measure_all_processes() -> None:
    """Let the processes of this door add up what they count; see `reports.metrics`."""
    folder = Path(settings.DATA).resolve() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def devices(workers: Workers = 1) -> None:
    """Serve the devices' door (enrolment, check-in, commands)."""
    host, port = _address(settings.DEVICES_ADDRESS)
    Granian(
        "quartermaster.config.asgi:devices",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_enabled=False,
        respawn_failed_workers=True,
    ).serve()


def worker() -> None:
    """Run tasks and the schedule."""
    queue_worker.run()


def lmtp() -> None:
    """Take mail for the records' address from the City's own mail host, by LMTP."""
    # only this door needs a loop of its own
    import asyncio

    from quartermaster.cli.lmtp.server import serve as listen

    asyncio.run(listen(settings.LMTP_ADDRESS))


class Supervisor:
    """Keeps child processes running until told to stop; those of ``once`` may end."""

    def __init__(
        self, commands: Sequence[Sequence[str]], once: Sequence[Sequence[str]] = ()
    ) -> None:
        self.once = [tuple(command) for command in once]
        self.commands = [*(tuple(command) for command in commands), *self.once]
        self.running: dict[tuple[str, ...], tuple[subprocess.Popen[bytes], float]] = {}
        self.stopping = False

    def _start(self, command: tuple[str, ...]) -> None:
        child = subprocess.Popen(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "quartermaster", *command], start_new_session=True
        )
        self.running[command] = (child, time.monotonic())

    def stop(self, *_: object) -> None:
        self.stopping = True

    def run(self) -> None:
        """Start everything; restart what dies; stop everything on SIGINT or SIGTERM."""
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGTERM, self.stop)
        for command in self.commands:
            self._start(command)
        while not self.stopping:
            time.sleep(0.25)
            self._revive()
        self._end()

    def _revive(self) -> None:
        for command, (child, since) in list(self.running.items()):
            if child.poll() is None or self.stopping or command in self.once:
                continue
            typer.echo(f"{command[0]} ended with {child.returncode}; starting it again.", err=True)
            if time.monotonic() - since < SHORTEST_LIFE:
                time.sleep(1)
            self._start(command)

    def _end(self) -> None:
        for child, _ in self.running.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child, _ in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty ledger with a demo city first.")
    ] = False,
    web_workers: Workers = 1,
    devices_workers: Workers = 1,
) -> None:
    """Prepare the database, then serve both doors and a worker until interrupted."""
    migrating.migrate()
    typer.echo(f"People's door   {settings.WEB_URL}")
    typer.echo(f"Devices' door   {settings.DEVICES_URL}")
    commands = [
        ("web", "--workers", str(web_workers)),
        ("devices", "--workers", str(devices_workers)),
        ("worker",),
    ]
    if settings.INBOX_ADDRESS:
        commands.append(("lmtp",))
    once = []
    if demo:
        if is_empty() or is_demo():
            bought.prepare()
        fill()
        if is_demo():
            push.prepare()
            once.append(("demo", "--devices-only"))
            show_log_ins()
    Supervisor(commands, once).run()


def register(root: typer.Typer) -> None:
    for command in (serve, web, devices, worker, lmtp):
        root.command()(command)
