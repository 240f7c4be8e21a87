"""A household's documents: which there are, which one is meant, and what it says.

Flows in: folders, spoken names, bytes. Flows out: names, bytes and text. Refuses to know: what is
sent to a model, and how it is told.
"""
