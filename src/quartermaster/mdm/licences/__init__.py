"""Licences of the maker's store, kept in step with what devices and people need.

What must not be lost is a row; the service is asked by a periodic task, one worker at a time.
"""
