"""The array types at every border of the project.

=============  ==============================  =======================================================
`Images`       ``uint8 (N, H, W, C)``          *display values*: ink pictures 0 / 255, greys 0..255, RGB
`Image`        ``uint8 (H, W, C)``             one of them; C is 1 (grey) or 3 (RGB)
`Observed`     ``bool (H, W)``                 True where the user gave the pixel
`Levels`       ``int64 (N, H, W)``             level indices in [0, K); only behind `engine.numerics.pixels`
`LogProb`      ``float32 (N, H, W)``           log p of the pixel's level given those before it, nats
`Latents`      ``float32 (N, D)``
=============  ==============================  =======================================================
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Images: TypeAlias = NDArray[np.uint8]
Image: TypeAlias = NDArray[np.uint8]
Observed: TypeAlias = NDArray[np.bool_]
Levels: TypeAlias = NDArray[np.int64]
LogProb: TypeAlias = NDArray[np.float32]
Latents: TypeAlias = NDArray[np.float32]
