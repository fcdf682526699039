"""Exact, explained reward decisions from a policy written in YAML."""
