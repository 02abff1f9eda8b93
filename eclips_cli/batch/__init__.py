"""Batches: a file of rows becomes jobs at the API, each row exactly once, and results beside the rows.

`reading` (the file's rows) and `plan` (rows into tasks and jobs) are pure; `journal` remembers what
was sent; `submit`, `follow`, `results` and `manage` do the work over an API client.
"""
