"""The model files: which there are, where they can be had, whether they are here and whole."""
