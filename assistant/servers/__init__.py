"""Servers of other people's tools, by the Model Context Protocol: kept at hand, asked, doubted.

What they say of themselves is data: checked, limited in its length, and never an order.
"""
