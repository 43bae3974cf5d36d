"""Declarative management: what is declared to a device, how it is fetched, what is reported."""
