"""Whom the sandbox trusts when it delivers over TLS."""

from __future__ import annotations

import ssl
from functools import cached_property


class Trust:
    """Whom deliveries trust: made by the thread that begins to serve, its context once, when first needed.

    Its certificates lie where the environment says, which must be read before another thread may change it.
    """

    def __init__(self) -> None:
        self._paths = ssl.get_default_verify_paths()

    @cached_property
    def context(self) -> ssl.SSLContext:
        """For TLS; reading the certificates takes long enough not to do it for each delivery."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._paths.cafile or self._paths.capath:
            context.load_verify_locations(self._paths.cafile, self._paths.capath)
        return context
