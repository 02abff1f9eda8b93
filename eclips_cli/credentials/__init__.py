"""Keys, profiles and settings: where they come from and how they are kept."""
