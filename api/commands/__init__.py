"""What each command does; `api.cli` declares their names and options, and loads them only when they run."""
