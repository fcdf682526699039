"""What comes out: decisions, their explanations, and the nearest change that would have reached more."""
