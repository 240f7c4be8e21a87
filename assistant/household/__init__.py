"""What the household has asked the assistant to keep: timers, alarms, notes, lists, facts."""
