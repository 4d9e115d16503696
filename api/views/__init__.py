"""Pages for people, and what else one IRI serves: a thing as a page, Turtle, JSON-LD or JSON."""
