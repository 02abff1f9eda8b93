"""`eclips find`: what this machine knows of a text, and what still waits."""
