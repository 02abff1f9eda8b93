"""`eclips batches`: spreadsheets of any size become runs, each row exactly once."""
