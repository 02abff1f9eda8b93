"""`eclips webhooks`: webhooks of the API; deliveries signed, checked, received and forwarded on this machine."""
