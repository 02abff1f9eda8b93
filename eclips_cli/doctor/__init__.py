"""What is wrong with this installation: checks that run side by side, each bounded, each with its remedy."""
