"""Routes: query, model, response."""
