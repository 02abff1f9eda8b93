"""Reviewing the queue on a terminal: one item a screen, one key a decision, sent while the next is read."""
