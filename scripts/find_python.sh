#!/bin/sh
# Say in one sentence what is missing before anything is installed.
python="$1"
if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
  echo "Assay needs Python 3.11 and found ${python:-no Python}. Install it, or name it: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
free=$(df -Pk . | awk 'NR==2 {print $4}')
if [ "${free:-2000000}" -lt 2000000 ]; then
  echo "Assay needs 2 GB of free disk space here and found $((free / 1024)) MB. Free some and run make again." >&2
  exit 1
fi
