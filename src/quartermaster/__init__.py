"""Quartermaster carries out a city's Mobile Device Management Policy."""

__version__ = "0.1.0"
