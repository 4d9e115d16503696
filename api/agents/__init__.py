"""Tools for agents over the Model Context Protocol: the same answers as pages and API, bounded and told of."""
