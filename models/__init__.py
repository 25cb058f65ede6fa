"""Nine reference models that ship with Assay: builders of ONNX files and their cards.

Six recognise faces; the others tell attacks, judge pictures and find faces.

They are baselines to test the harness and to fill the demonstration, not products.
"""

from models.shelf import ReferenceModel, build_all

__all__ = ["ReferenceModel", "build_all"]
