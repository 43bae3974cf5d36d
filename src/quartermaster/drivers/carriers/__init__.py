"""Adapters to carriers; see `inventory.carriers`."""
