"""JSON as Python holds it: what an object of the API is in this house."""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]
"""an object as the API sent it, unknown members included"""
