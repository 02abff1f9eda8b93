"""eclips: the command line, and a typed Python client, for the Eclips API."""

__version__ = "0.1.0"
