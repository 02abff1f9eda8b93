"""Commands on API keys and profiles."""
