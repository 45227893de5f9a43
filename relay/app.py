"""The relay's HTTP face: health, metrics, and errors as problem details (RFC 9457)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from relay.lanes import Lanes
from relay.metrics import Metrics
from relay.processor import Processor

logger = logging.getLogger(__name__)

PROBLEM_CONTENT_TYPE = "application/problem+json"


def create_app(
    processor: Processor,
    lanes: Lanes,
    metrics: Metrics,
    resources: Callable[[], AbstractAsyncContextManager[object]],
) -> FastAPI:
    """The application; the processor runs while it does, inside `resources` (connections that must be closed)."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with resources():
            loop = asyncio.create_task(processor.run())
            yield
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop
            await lanes.drain()

    app = FastAPI(title="Parley relay", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_error)

    @app.get("/health")
    async def health() -> JSONResponse:
        """200 while notifications flow, 503 with the reason while they do not."""
        problem = processor.problem()
        content: dict[str, Any] = {
            "status": "degraded" if problem else "ok",
            "detail": problem,
            "notification_index": processor.cursor,
            "pushes_waiting": lanes.waiting_count(),
            "pushes_under_way": lanes.in_flight_count(),
            "push_services": dict(lanes.lanes_by_state()),
        }
        return JSONResponse(content, HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK)

    @app.get("/metrics")
    async def read_metrics() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return app


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for nothing else
    return problem(request, HTTPStatus(error.status_code), str(error.detail), dict(error.headers or {}))


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "The relay has a bug; its log says more.")


def problem(request: Request, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    content = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content, status, headers, media_type=PROBLEM_CONTENT_TYPE)
