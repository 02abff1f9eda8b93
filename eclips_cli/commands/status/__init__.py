"""`eclips status`: what it asks, the thresholds of `--check`, and how it reads."""
