"""From sound to words: voice activity, endpoint, wake word, transcription."""
