"""Six reference models that ship with Assay: builders of ONNX files and their cards.

They are baselines to test the harness and to fill the demonstration, not products.
"""

from models.shelf import ReferenceModel, build_all

__all__ = ["ReferenceModel", "build_all"]
