"""One file a command: its options, one call down, one call to the output."""
