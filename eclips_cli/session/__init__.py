"""One invocation: settings, key, client with its hooks, output, ids and memory; knows no noun."""
