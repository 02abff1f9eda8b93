"""One run followed over its event stream, and by asking where the stream does not come."""
