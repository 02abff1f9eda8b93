"""The Starlette app: the manual's routes, errors as its JSON, an OpenAPI document of itself."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from eclips_cli.sandbox import batch_endpoints as batches
from eclips_cli.sandbox import endpoints as e
from eclips_cli.sandbox import openapi
from eclips_cli.sandbox.endpoints import Context, Handler
from eclips_cli.sandbox.requests import Refused
from eclips_cli.sandbox.stream import stream

ROUTES: dict[str, dict[str, Handler]] = {
    "/v1/health": {"GET": e.health},
    "/v1/run": {"POST": e.start_run},
    "/v1/runs": {"GET": e.list_runs},
    "/v1/runs/{id}": {"GET": e.get_run},
    "/v1/runs/{id}/stream": {"GET": stream},
    "/v1/triage": {"GET": e.list_triage},
    "/v1/triage/{id}/approve": {"POST": e.approve},
    "/v1/triage/{id}/reject": {"POST": e.reject},
    "/v1/webhooks": {"GET": e.list_webhooks, "POST": e.create_webhook},
    "/v1/webhooks/{id}": {"DELETE": e.delete_webhook},
    "/v1/batches": {"GET": batches.list_batches, "POST": batches.create_batch},
    "/v1/batches/{id}": {"GET": batches.get_batch},
    "/v1/batches/{id}/cancel": {"POST": batches.cancel_batch},
    "/v1/usage": {"GET": e.usage_summary},
    "/v1/usage/history": {"GET": e.usage_history},
    "/v1/usage/members": {"GET": e.usage_members},
}


def build(context: Context) -> Starlette:
    """The app over a store."""
    routes = [_route(context, path, handlers) for path, handlers in ROUTES.items()]
    routes.append(Route("/openapi.json", _document))
    handlers: dict[Any, Any] = {Refused: _refused, HTTPException: _http_error}
    return Starlette(routes=routes, exception_handlers=handlers)


def _route(context: Context, path: str, handlers: dict[str, Handler]) -> Route:
    """One route for all methods of a path, so that a 405 names each of them."""

    async def endpoint(request: Request) -> Response:
        return await handlers[request.method](context, request)

    route = Route(path, endpoint, methods=list(handlers))
    # Starlette adds HEAD to GET; the manual has none
    route.methods = set(handlers)
    return route


async def _document(request: Request) -> Response:
    return JSONResponse(openapi.document(ROUTES, str(request.base_url).rstrip("/")))


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse(error.body, error.status, headers=error.headers)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)
