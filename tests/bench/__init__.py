"""How fast `eclips` is, as ratios to references that run beside it: `python -m tests.bench`."""
