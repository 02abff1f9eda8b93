"""eclips: the command line, and a typed Python client, for the Eclips API."""

__version__ = "0.1.0"
RELEASED = "2026-11-25"
"""The day of this version, as man pages name it; changed together with it."""
