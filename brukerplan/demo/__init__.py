"""The demonstration: a synthetic population, calibrated on published figures.

Every person here is invented and carries a test number (month + 80). Nothing in this
package is used outside demo mode.
"""
