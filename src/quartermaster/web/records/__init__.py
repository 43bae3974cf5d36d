"""Saving records from a phone, finding them, and what still lies on devices."""
