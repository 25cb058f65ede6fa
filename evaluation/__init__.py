"""The harness: measures face models on test sets and knows nothing of the portal.

ONNX Runtime reports usage to its maker unless told otherwise before its first
import, so the switch is thrown here, ahead of every module of this package.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
