"""A face detection model: one tensor in, its raw output maps out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.runtime.base import CardedModel

if TYPE_CHECKING:
    from evaluation.arrays import Array, Float32Array


class DetectionModel(CardedModel):
    """A sandboxed detection model; see `CardedModel` for its parameters.

    Decoding the maps into faces is the caller's: it depends on the card's decoder.
    """

    def raw(self, tensor: Float32Array) -> dict[str, Array]:
        """Run the model on one tensor.

        Parameters
        ----------
        tensor : ndarray of float32, shape (1, channels, height, width)
            Or (1, height, width, channels), as the card's layout says; a size that the model takes.

        Returns
        -------
        dict of str to ndarray
            Every output by name, as the model gave it.

        Raises
        ------
        ModelFailureError
            The model failed, or broke a limit.
        SandboxUnavailableError
            The child was killed from outside.
        """
        return self.sandbox.infer(tensor)
