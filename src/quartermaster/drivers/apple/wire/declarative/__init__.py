"""Declarative management: what is declared to a device, and the status that it tells.

Nothing here knows policy. Raises `wire.errors` alone.
"""
