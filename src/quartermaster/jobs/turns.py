"""Taking turns: what counts before it acts must not be counted by two at once."""

from django.db import connection


def take_turn(number: int) -> None:
    """Wait until nobody else has this turn, and keep it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
