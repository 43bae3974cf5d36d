"""Simulated services of Apple: what a server speaks to, and not a device."""
