"""Commands on credits."""
