"""What is known about a model's latent space besides its graphs: the arrays of ``latents.npz``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentArrays:
    """The arrays of a model folder's ``latents.npz``; what the file does not hold is None, or empty for names.

    code_mean : (D,) float32
        Mean of the training pictures' codes (mu).
    pca_axes : (A, D) float32, pca_variance : (A,) float32
        Unit axes of the codes by falling variance, and that variance.
    kl_per_dim : (D,) float32
        Mean KL from the prior to the posterior by dimension, nats (VAE).
    class_names, class_means : (K, D) float32
    attribute_names, attribute_directions : (T, D) float32
        Difference of means: the step that takes "without" to "with".
    codes : (M, D) float16, code_labels : (M,) int16
        Codes of reference pictures, and their classes (-1 for none).
    density : (64, 64) float32, density_extent : (4,) float32
        For D = 2: smoothed histogram of the training codes, which sums to 1; row 0 is at y0, column 0 at x0; x0, x1,
        y0, y1 are the outer edges.
    """

    code_mean: NDArray[np.float32] | None = None
    pca_axes: NDArray[np.float32] | None = None
    pca_variance: NDArray[np.float32] | None = None
    kl_per_dim: NDArray[np.float32] | None = None
    class_names: tuple[str, ...] = ()
    class_means: NDArray[np.float32] | None = None
    attribute_names: tuple[str, ...] = ()
    attribute_directions: NDArray[np.float32] | None = None
    codes: NDArray[np.float16] | None = None
    code_labels: NDArray[np.int16] | None = None
    density: NDArray[np.float32] | None = None
    density_extent: NDArray[np.float32] | None = None
