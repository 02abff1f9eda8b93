"""`eclips batches`: a file of rows becomes jobs at the API, each row exactly once, and results beside the rows."""
