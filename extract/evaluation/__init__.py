"""How well the facts agree with annotated records: precision, recall and F1 per field."""
