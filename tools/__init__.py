"""Commands for those who work on the project; never part of what is installed."""
