"""The second door: unprotected counts go in, only protected cells come out."""
