"""What the built-in kinds say of themselves in the handbook: a module for each kind, and what they share."""
