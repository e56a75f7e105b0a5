"""Photos as they are kept: a small JPEG made anew, so that nothing else the upload carried is kept."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from kefu.kernel.errors import InvalidInput

MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
LEAST_SIDE = 120
BOX = (480, 640)
FORMATS = ("JPEG", "PNG", "WEBP")


def portrait(stream: Any) -> bytes:
    """The picture in ``stream`` turned upright, at most 480 × 640, without place, camera and comments.

    Raises ``InvalidInput`` for what is no JPEG, PNG or WebP picture, too large, too small or broken.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InvalidInput(_("照片最大 %(size)d MB，请压缩后再上传。") % {"size": MOST_BYTES // 2**20}, field="photo")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise InvalidInput(_("照片的像素太多，请缩小后再上传。"), field="photo")
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput(_("这不是 JPEG、PNG 或 WebP 照片，或文件已损坏。"), field="photo") from error
    if min(picture.size) < LEAST_SIDE:
        raise InvalidInput(_("照片太小，宽和高至少 %(least)d 像素。") % {"least": LEAST_SIDE}, field="photo")
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=86, optimize=True)
    return kept.getvalue()
