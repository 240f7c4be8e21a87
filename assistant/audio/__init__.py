"""Sound: frames in from a microphone, samples out to a speaker."""
