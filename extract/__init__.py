"""Documents in, typed facts with evidence out."""
