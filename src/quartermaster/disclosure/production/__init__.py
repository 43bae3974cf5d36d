"""Formats of litigation: load files with images and text, and short messages as RSMF."""
