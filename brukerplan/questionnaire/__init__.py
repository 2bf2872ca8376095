"""The questionnaire: the one description from which everything else is derived."""
