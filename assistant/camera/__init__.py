"""The camera: one fresh picture of it, or a sentence that says why there is none.

A picture is taken by a program of its own (`program`), which ends with the shot: what hangs in a
driver is ended with it, the device is closed and its light goes off, OpenCV's chatter and its
memory are gone. Whether a picture can be trusted, and whether it differs from another, is decided
by `views`, which is pure.
"""
