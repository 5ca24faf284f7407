"""The tests of the dashboard; `python -m tests` obtains what they need and runs all of them."""
