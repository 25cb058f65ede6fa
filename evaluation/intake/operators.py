"""Which operators a model may use.

The standard ones, and of ONNX Runtime's own those that its quantiser and its
graph optimiser write into exported models: pure functions of tensors, built
into the processor's provider, without files, state or code of the supplier's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.sandbox import ModelFacts

_STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
_RUNTIME_DOMAIN = "com.microsoft"
_RUNTIME_OPERATORS = frozenset(
    {
        # written by the quantiser
        "DequantizeLinear",
        "DynamicQuantizeMatMul",
        "MatMulIntegerToFloat",
        "MatMulNBits",
        "QGemm",
        "QLinearAdd",
        "QLinearAveragePool",
        "QLinearConcat",
        "QLinearGlobalAveragePool",
        "QLinearLeakyRelu",
        "QLinearMul",
        "QLinearSigmoid",
        "QLinearSoftmax",
        "QuantizeLinear",
        # written by the optimiser
        "Attention",
        "BiasGelu",
        "FastGelu",
        "FusedConv",
        "FusedGemm",
        "FusedMatMul",
        "Gelu",
        "MultiHeadAttention",
        "QuickGelu",
        "SkipLayerNormalization",
    }
)


def outside_operators(facts: ModelFacts) -> list[str]:
    """Operators that a model uses and may not, in alphabetical order."""
    allowed = {f"{_RUNTIME_DOMAIN}:{name}" for name in _RUNTIME_OPERATORS}
    if set(facts.domains) <= _STANDARD_DOMAINS:
        return []
    return [name for name in facts.operators if _domain(name) and name not in allowed]


def _domain(operator: str) -> str:
    """Domain of an operator, empty for a standard one."""
    domain, _, _ = operator.rpartition(":")
    return "" if domain in _STANDARD_DOMAINS else domain
