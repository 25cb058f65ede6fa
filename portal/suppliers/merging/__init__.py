"""One supplier recorded twice becomes one record; nothing that was recorded is lost."""
