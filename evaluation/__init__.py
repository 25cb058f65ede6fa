"""The harness: measures face models on test sets and knows nothing of the portal.

ONNX Runtime reports usage to its maker unless told otherwise before its first
import, and OpenCV decodes images of a thousand million pixels unless told otherwise
before its own, so both are told here, ahead of every module of this package.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "100000000"  # 300 MB when decoded

__version__ = "0.1.0"
