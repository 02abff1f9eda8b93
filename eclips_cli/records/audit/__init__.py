"""The audit record: every change made from this machine, as a chain of lines in an append-only file.

A change leaves two lines: the intent before it is sent, the outcome after it was answered. Each line
carries the hash of the one before and its own, so that a later edit shows.
"""
