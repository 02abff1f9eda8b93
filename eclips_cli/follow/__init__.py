"""Following runs to their ends: one, a few by their streams, hundreds by list pages."""
