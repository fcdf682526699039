"""Evaluators: one that specifies what a program means, and the fast ones that are held equal to it."""
