"""The composition root: settings, URLs, ASGI, the ``kefu`` command and the demo centre."""
