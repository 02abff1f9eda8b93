"""Commands on webhooks and their deliveries."""
