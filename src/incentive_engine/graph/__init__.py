"""The program: what a ruleset means, as a graph of exact rational arithmetic that every evaluator reads."""
