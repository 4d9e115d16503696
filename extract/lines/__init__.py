"""Lines of therapy and treatment settings, told from the patients' past."""
