"""`eclips run` and `eclips runs`: starting runs, and following them: one, a few by streams, hundreds by pages."""
