"""Commands on the configuration."""
