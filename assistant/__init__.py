"""A voice assistant for the home: hears, thinks and answers aloud."""
