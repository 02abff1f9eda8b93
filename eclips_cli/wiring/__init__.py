"""What a session is wired from: clients with their key, the audit of changes, the batch desk, what requests look like."""
