"""The weather at home and elsewhere, by Open-Meteo: asked for, kept for a while, put into words."""
