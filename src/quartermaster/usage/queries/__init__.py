"""Reads of the room usage."""
