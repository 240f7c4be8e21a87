"""The web: searched, and one page of it read.

Flows in: words, and the addresses of pages. Flows out: what was found, and texts. Refuses to know:
who asks, and how it is told.
"""
