"""The least that a program of typer and httpx can take: both loaded as `eclips` loads them, and one GET."""

import os
import ssl
import sys

import typer  # noqa: F401

sys.modules.update(dict.fromkeys(("httpx._main", "h2")))
import httpcore  # noqa: E402, F401
import httpx  # noqa: E402

trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
trusted.load_verify_locations(capath=os.environ.get("SSL_CERT_DIR", "/etc/ssl/certs"))
with httpx.Client(base_url=os.environ["ECLIPS_BASE_URL"], verify=trusted) as client:
    answer = client.get("/v1/health", headers={"Authorization": f"Bearer {os.environ['ECLIPS_API_KEY']}"})
    answer.raise_for_status()
    sys.stdout.write(answer.text)
