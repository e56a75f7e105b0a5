"""A filter that keeps telephone and identity numbers out of the logs."""

from __future__ import annotations

import logging

from kefu.platform.privacy.masking import mask_text


class MaskingFilter(logging.Filter):
    """Masks numbers in the finished message and in the text of an exception; never drops a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            return True
        masked = mask_text(message)
        if masked != message:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_text(record.exc_text)
        return True
