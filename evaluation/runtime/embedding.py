"""A face embedding model: tensors in, one embedding per image out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.runtime.base import CardedModel
from evaluation.runtime.embedder import Embedder, choose_output, fixed_batch_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import Float32Array


class EmbeddingModel(CardedModel):
    """A sandboxed embedding model; see `CardedModel` for its parameters."""

    def _prepare(self) -> None:
        dim = self.card.output.dim
        if dim is None:
            raise ValueError("an embedding model's card states output.dim")
        self._embedder = Embedder(
            self.sandbox.infer,
            output=choose_output(self.facts, self.card),
            dim=dim,
            fixed_batch=fixed_batch_of(self.facts),
            max_input_bytes=self.sandbox.limits.max_input_bytes,
            infer_all=self.sandbox.infer_all,
        )

    @property
    def dim(self) -> int:
        """Length of an embedding, as the card says and every output is checked for."""
        return self._embedder.dim

    @property
    def fixed_batch(self) -> int | None:
        """Number of images that the model insists on; None where it takes any."""
        return self._embedder.fixed_batch

    def embed(self, tensors: Float32Array) -> Float32Array:
        """Embed any number of images; see `Embedder.embed`."""
        return self._embedder.embed(tensors)

    def embed_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]:
        """Embed several batches in one exchange with the child; see `Embedder.embed_all`."""
        return self._embedder.embed_all(batches)
