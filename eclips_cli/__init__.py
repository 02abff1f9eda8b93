"""eclips: the command line, and a typed Python client, for the Eclips API."""

__version__ = "0.2.0"
RELEASED = "2026-11-26"
"""The day of this version, as man pages name it; changed together with it."""
