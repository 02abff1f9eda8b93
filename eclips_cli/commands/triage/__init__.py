"""`eclips triage`: what waits for a person, decided by one, by many at once, or watched as it arrives."""
