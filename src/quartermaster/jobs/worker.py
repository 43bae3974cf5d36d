"""The worker: takes wake-ups off the queue and keeps the schedule.

It has a queue connection of its own; tasks keep deferring through Django's connection, so that
a wake-up still belongs to the transaction that asked for it.
"""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector

from quartermaster.kernel.heap import settle

CONCURRENCY = 4


def run() -> None:
    """Run until told to stop (SIGINT, SIGTERM); what is under way is finished first."""
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("The queue is not wired to Django's database.")
    worker = DjangoApp(connector=connector.get_worker_connector())
    worker.tasks = app.tasks
    worker.periodic_registry = app.periodic_registry
    settle()
    worker.run_worker(
        concurrency=CONCURRENCY,
        shutdown_graceful_timeout=20,
        fetch_job_polling_interval=2,
        delete_jobs="successful",
    )
