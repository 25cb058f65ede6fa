"""The only place where a supplier's model is loaded: a child process that can do nothing else.

Never load a model by other means. See `SandboxedModel`.
"""

from evaluation.sandbox.facts import ModelFacts, RuntimeFacts, TensorFacts
from evaluation.sandbox.layers import (
    Layer,
    LayerName,
    LayerPolicy,
    layers_in_words,
    missing_layers,
)
from evaluation.sandbox.limits import Limits
from evaluation.sandbox.model import SandboxedModel, probe_layers

__all__ = [
    "Layer",
    "LayerName",
    "LayerPolicy",
    "Limits",
    "ModelFacts",
    "RuntimeFacts",
    "SandboxedModel",
    "TensorFacts",
    "layers_in_words",
    "missing_layers",
    "probe_layers",
]
