"""This machine: where files belong and how they are written, locks, databases, streams, other programs."""
