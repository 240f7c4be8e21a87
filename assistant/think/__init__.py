"""Thinking: the gateway to a model, the history, and the loop that runs tools."""
