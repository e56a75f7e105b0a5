"""Static files: hashed names once they have been collected, plain names before (tests, development)."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content when a manifest lies in ``STATIC_ROOT``; otherwise they are as written."""

    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str | None, str] = {}

    def create_compressor(self, **given: Any) -> Compressor:
        """gzip only, and not for maps of sources: brotli at its best costs a first start half a minute."""
        skipped = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
        return Compressor(**given | {"extensions": skipped, "use_brotli": False})

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a static file; worked out once, for a page asks for its icons a hundred times."""
        if force:
            return super().url(name, force)
        known = self._addresses.get(name)
        if known is None:
            known = super().url(name) if self.hashed_files else StaticFilesStorage.url(self, name)
            self._addresses[name] = known
        return known
