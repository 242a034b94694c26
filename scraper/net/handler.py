"""The download handler: the one place through which every request leaves and every exchange is written down.

Belongs here: refusing addresses, the host map, waiting for the turn, naming what went wrong, a capture of each attempt.
Does not: retries (Scrapy's middleware), robots.txt (`scraper.net.robots`), redirects (the spider follows them).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionClosed

from pipelines.records import Capture, Outcome
from scraper.archive import ArchiveFull, Exchange
from scraper.archive.coding import decode_content
from scraper.archive.errors import PayloadTooLarge
from scraper.net.guard import GuardingResolver
from scraper.net.pace import AskedToWait, Stopping

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from scraper.session import Session

ACCEPT_ENCODING = "gzip, deflate"
"""Codings that can be undone in bounded steps; others are undone too where a server sends them unasked."""


class ArchivingHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler with a capture for every exchange, whatever becomes of it."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session_of = crawler
        self._pool.retryAutomatically = False  # every attempt has its capture; Scrapy's middleware tries again

    async def download_request(self, request: Request) -> Response:
        """Asks for one address. Raises IgnoreRequest where that must not be, else what Scrapy's handler raises."""
        session: Session = self._session_of.spider.session  # type: ignore[union-attr] # a request needs a spider
        meta = request.meta
        refusal = session.refusal(request.url, meta.get("hosts", ()))
        if refusal:
            session.record_failure(meta, request.url, datetime.now(UTC), "offsite", refusal)
            raise IgnoreRequest(refusal)
        try:
            await session.gate.turn(lambda: self._closing(session))
        except Stopping as stopping:
            raise IgnoreRequest(str(stopping)) from stopping
        asked_at = datetime.now(UTC)
        wire = _on_the_wire(request, session)
        try:
            response = await super().download_request(wire)
        except Exception as error:
            outcome, text = _named(error, urlsplit(request.url).hostname or "")
            text = text.replace(wire.url, request.url)  # what is stored is the public address
            session.record_failure(meta, request.url, asked_at, outcome, text)
            if outcome in {"offsite", "too-large"}:
                raise IgnoreRequest(text) from error
            raise
        finally:
            session.gate.ended()
            if wire is not request and "download_latency" in wire.meta:
                meta["download_latency"] = wire.meta["download_latency"]
        return self._kept(request, response, asked_at, session)

    def _kept(self, request: Request, response: Response, asked_at: datetime, session: Session) -> Response:
        """Writes the exchange down and hands the response on, decoded and under its public address."""
        meta = request.meta
        body, decoded = response.body, True
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if codings and body:
            limit = meta.get("download_maxsize") or session.source.limits.page_bytes
            try:
                body, flags = decode_content(body, codings, limit)
            except PayloadTooLarge as error:
                session.record_failure(meta, request.url, asked_at, "too-large", str(error))
                raise IgnoreRequest(str(error)) from error
            decoded = "unknown-encoding" not in flags
            if "encoding-cut" in flags:
                session.record_failure(meta, request.url, asked_at, "error", "the body is cut off")
                raise ResponseDataLossError("the body is cut off")
        capture = Capture(
            url=request.url,
            source_id=session.source.id,
            fetched_at=asked_at,
            outcome="response",
            purpose=meta.get("purpose", "article"),
            run_id=session.plan.run_id,
            found_by=meta.get("found_by"),
        )
        exchange = Exchange(
            status=response.status,
            headers=[(name, value) for name, values in response.headers.items() for value in values],
            body=body,
            method=request.method,
            request_headers=[(name, value) for name, values in request.headers.items() for value in values],
            ip=str(response.ip_address) if response.ip_address else None,
            decoded=decoded,
        )
        try:
            meta["capture"] = session.record(meta, capture, exchange)
        except ArchiveFull as error:
            raise IgnoreRequest(str(error)) from error
        try:
            session.gate.answered(response.status, _header(response, "Retry-After"))
        except AskedToWait as no:
            session.stop(no.reason, str(no))
        if response.url != request.url or body is not response.body:
            response = response.replace(url=request.url, body=body)
        return response

    def _closing(self, session: Session) -> bool:
        return session.stop_reason is not None or not self._session_of.engine.running


def _on_the_wire(request: Request, session: Session) -> Request:
    """The request as it is sent: to the mapped loopback address where the plan maps its host."""
    parts = urlsplit(request.url)
    target = session.target_of(parts.hostname or "")
    if target is None:
        return request
    headers = request.headers.copy()
    headers["Host"] = parts.netloc.rpartition("@")[2]
    url = urlunsplit(("http", target, parts.path, parts.query, ""))
    wire: Request = request.replace(url=url, headers=headers)
    return wire


def _named(error: Exception, host: str) -> tuple[Outcome, str]:
    """The outcome that stands in the capture log for an exception of the handler, and its words."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, DownloadTimeoutError):
        return "timeout", text
    if isinstance(error, CannotResolveHostError):
        address = GuardingResolver.refused.get(host.lower())
        return ("offsite", f"{host} leads to {address}, which is not public") if address else ("dns", text)
    if isinstance(error, DownloadConnectionRefusedError):
        return "refused", text
    if isinstance(error, DownloadCancelledError):
        return "too-large", str(error)
    if _is_tls(error):
        return "tls", text
    if isinstance(error, ResponseDataLossError):
        return "error", "the body is cut off"
    if isinstance(error, DownloadFailedError | ConnectError | ConnectionClosed):
        return "refused", f"connection lost: {error}"
    return "error", text


def _is_tls(error: BaseException | None) -> bool:
    """Whether TLS is at the bottom of an exception of Twisted, which wraps failures in `reasons`."""
    if error is None:
        return False
    if isinstance(error, SSL.Error) or type(error).__name__ in {"VerificationError", "CertificateError"}:
        return True
    reasons: list[Any] = list(getattr(error, "reasons", ()))
    return any(_is_tls(reason.value) for reason in reasons) or _is_tls(error.__cause__)


def _header(response: Response, name: str) -> str | None:
    value: bytes | None = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
