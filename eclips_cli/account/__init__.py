"""The account of whoever uses it: signing in, settings, credits and how long they last."""
