"""Static files: hashed names once they have been collected, plain names before (tests, development)."""

from __future__ import annotations

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content when a manifest lies in ``STATIC_ROOT``; otherwise they are as written."""

    manifest_strict = False

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a static file."""
        if not self.hashed_files and not force:
            return StaticFilesStorage.url(self, name)
        return super().url(name, force)
