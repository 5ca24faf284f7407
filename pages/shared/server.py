"""What the web server adds around the pages: readiness, security headers, the document's language and title."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared import data
from pipelines.errors import PipelineError

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
TITLE = "Качество образования"
# Streamlit adds an entry to the history for each change of the address, so «Назад» would walk through every filter
# and never leave a page whose defaults are filled in. Here it goes from page to page.
ONE_ENTRY_A_PAGE = """<script>
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) =>
    url && new URL(url, location).pathname === location.pathname
      ? history.replaceState(state, title, url) : push(state, title, url);
</script>"""


async def ready(_request: Request) -> Response:
    """``/api/ready``: 200 with the served snapshot, 503 while there is none."""
    try:
        return JSONResponse({"ready": True, "snapshot": data.warehouse().current()})
    except PipelineError as error:
        return JSONResponse({"ready": False, "reason": str(error)}, status_code=503)


async def first_page(request: Request) -> Response:
    """``/overview``: the first page lives at ``/``; Streamlit would say that there is no such page."""
    return RedirectResponse(str(request.url.replace(path="/")), status_code=307)


class KnownPages:
    """Leads an address that is no page to the first one, which says so: Streamlit's own words for it are English."""

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "").strip("/")
        # Files and Streamlit's own addresses have dots or folders in them.
        if scope["type"] == "http" and name and not {".", "/"} & set(name) and name not in self.pages:
            url = Request(scope).url.replace(path="/").include_query_params(page=name)
            await RedirectResponse(str(url), status_code=307)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class SecurityHeaders:
    """Adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class RussianDocument:
    """Says in the HTML document that the page is Russian, for screen readers, and what it is called."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in dict(scope["headers"]).get(b"accept", b"").decode():
            await self.app(scope, receive, send)
            return
        # The document is rewritten, so it must arrive whole and unpacked.
        scope = scope | {
            "headers": [h for h in scope["headers"] if h[0] not in (b"accept-encoding", b"if-none-match", b"range")]
        }
        start: Message = {}
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = dict(start["headers"])
            if b"text/html" in headers.get(b"content-type", b""):
                body = body.replace(b'<html lang="en">', b'<html lang="ru">')
                body = body.replace(b"<title>Streamlit</title>", f"<title>{TITLE}</title>{ONE_ENTRY_A_PAGE}".encode())
                headers[b"content-length"] = str(len(body)).encode()
                headers.pop(b"etag", None)
            await send(start | {"headers": list(headers.items())})
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, rewrite)
