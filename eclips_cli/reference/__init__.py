"""The reference, derived from the command tree: completion scripts, man pages, the command page, README blocks."""
