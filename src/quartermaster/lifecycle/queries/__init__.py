"""Reads of the room lifecycle, a module for each of its matters."""
