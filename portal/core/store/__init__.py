"""Files that every host of a deployment needs: in one folder, or in a bucket.

With one data folder for all, on one machine or mounted, all of this is that folder. Where a
bucket is named, what is published lies there under its path below the data folder. Each host
keeps copies below ``cache/`` of its own data folder, of what it was asked for in the last day.
A database row names a file only once it was published.
"""

from portal.core.store.files import (
    StoredFileError,
    ask,
    fetch,
    files_of,
    publish,
    remove,
    take_back,
)
from portal.core.store.folders import fetch_folder, folders_of, publish_folder
from portal.core.store.tidying import tidy, tidy_now_and_then

__all__ = [
    "StoredFileError",
    "ask",
    "fetch",
    "fetch_folder",
    "files_of",
    "folders_of",
    "publish",
    "publish_folder",
    "remove",
    "take_back",
    "tidy",
    "tidy_now_and_then",
]
