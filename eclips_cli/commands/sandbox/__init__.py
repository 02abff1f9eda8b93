"""Commands on the local sandbox."""
