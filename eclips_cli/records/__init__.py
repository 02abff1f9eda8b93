"""What this machine remembers of its own work, in the state directory."""
