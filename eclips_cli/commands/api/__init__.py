"""`eclips api`: any request to the API, authenticated."""
