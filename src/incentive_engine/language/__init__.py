"""Formulas: from the text that stands in a ruleset to typed nodes of the program."""
