"""Commands on completion in shells."""
