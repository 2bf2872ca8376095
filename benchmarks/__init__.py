"""What speed is promised for, measured: ``make bench``."""
