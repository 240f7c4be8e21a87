"""Sums as people say them: read, worked out exactly, and rounded for the ear."""
