"""Any request to the API, as `eclips api` takes it."""
