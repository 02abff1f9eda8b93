"""`eclips doctor`: checks that run side by side, each bounded, each with its remedy."""
