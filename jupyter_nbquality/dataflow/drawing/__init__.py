"""Drawings of the dependencies between cells, as text: Mermaid, DOT and SVG.

Each is a pure function of a `Picture`. Names and titles are data: whatever they hold, they come
out as text, in every format.
"""

from jupyter_nbquality.dataflow.drawing.dot import dot
from jupyter_nbquality.dataflow.drawing.mermaid import mermaid
from jupyter_nbquality.dataflow.drawing.picture import Arrow, Box, Picture, picture
from jupyter_nbquality.dataflow.drawing.svg import svg

__all__ = ["Arrow", "Box", "Picture", "dot", "mermaid", "picture", "svg"]
