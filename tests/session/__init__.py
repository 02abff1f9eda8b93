"""What one invocation is made of: ids as they are written, and whose @last they mean."""
