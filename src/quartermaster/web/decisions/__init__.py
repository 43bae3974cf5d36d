"""Decisions about applications, for everybody to find, and “May I install this?”."""
