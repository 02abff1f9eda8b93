"""One request and its answer: connections, retries, what an answer must hold, what an error means."""
