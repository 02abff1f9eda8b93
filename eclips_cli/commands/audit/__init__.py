"""Commands on the record of changes."""
