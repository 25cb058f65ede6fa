"""Draws a chart on the server, for files and documents: the picture that the browser would show.

It reads the same data as the browser and knows the words of Plotly that our charts use. A word
that it does not know is left out, as a test over every chart of the portal finds.
"""

from portal.core.drawing.picture import Kind, picture

__all__ = ["Kind", "picture"]
