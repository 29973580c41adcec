"""Names as they are compared: in one script, without case, accents and endings.

It knows text only. Who compares names decides what a likeness means.
"""
