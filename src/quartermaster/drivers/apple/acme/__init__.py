"""The ACME service of the devices' door."""
