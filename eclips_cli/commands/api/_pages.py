"""All pages of any list of the API as one JSON document: each item once, while new ones arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from eclips_cli.api.http.answer import Unreadable, parse_json
from eclips_cli.api.paging import PAGE, Listing, Page
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.json_values import json_text

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.api._request import Request


def all_pages(client: EclipsClient, request: Request, *, include: bool = False) -> bytes:
    """The first page's object with every item in its array (or one array, where the answer is one).

    `limit` in the request is the size of a page, `offset` where to begin. Items that a shifted page
    repeats are dropped by id. Raises UsageError for what can't be paged, ProtocolError when an answer
    holds no list, and whatever a page was refused with.
    """
    if request.method != "GET":
        raise UsageError("--paginate is for GET")
    if include:
        raise UsageError("-i shows the head of one answer, and --paginate reads several")
    pages = _Pages(client, request)
    listing: Listing[Any] = Listing(pages, "", offset=pages.offset, size=pages.size)
    items: list[Any] = list(listing)
    if pages.member is None:
        return _written(items)
    first = dict(pages.first)
    if listing.total is not None:
        first["total"] = listing.total
    return _written({**first, pages.member: items})


class _Pages:
    """Reads pages whose shape is found out from the first: `member` holds the items, None for a bare array."""

    paged = True

    def __init__(self, client: EclipsClient, request: Request) -> None:
        path, _, query = request.path.partition("?")
        pairs = [*parse_qsl(query, keep_blank_values=True), *request.params.items()]
        self.size = max(1, min(PAGE, _whole(pairs, "limit", PAGE)))
        self.offset = _whole(pairs, "offset", 0)
        self.member: str | None = None
        self.first: dict[str, Any] = {}
        self._client, self._request, self._path = client, request, path
        self._pairs = [pair for pair in pairs if pair[0] not in ("limit", "offset")]
        self._begun: list[Any] | None = None

    def read(self, offset: int, limit: int) -> Page:
        """The page at `offset`; one that is the first page again ends the list: `offset` is not known there."""
        query = urlencode([*self._pairs, ("limit", limit), ("offset", offset)])
        answer = self._client.request(
            "GET", f"{self._path}?{query}", headers=self._request.headers, check=True
        )
        where = f"GET {self._path}"
        try:
            page = parse_json(answer.content)
        except Unreadable as error:
            raise ProtocolError(f"{where}: the answer can't be used: {error}") from None
        if self._begun is None:
            self._begun = self._first_items(page, where)
            return Page(offset, limit, self._begun, _total(page))
        items = page if self.member is None else page.get(self.member) if isinstance(page, dict) else None
        if not isinstance(items, list):
            raise ProtocolError(f"{where}: a later page is of another shape than the first")
        return Page(offset, limit, [] if items == self._begun else items, _total(page))

    def _first_items(self, page: Any, where: str) -> list[Any]:
        if isinstance(page, list):
            return page
        arrays = (
            [name for name, value in page.items() if isinstance(value, list)]
            if isinstance(page, dict)
            else []
        )
        if len(arrays) != 1:
            raise ProtocolError(
                f"{where}: the answer is no list to page through", hint="leave --paginate out"
            )
        self.member, self.first = arrays[0], page
        found: list[Any] = page[arrays[0]]
        return found


def _whole(pairs: list[tuple[str, str]], name: str, default: int) -> int:
    values = [value for key, value in pairs if key == name]
    if not values:
        return default
    if not (values[-1].isascii() and values[-1].isdigit() and len(values[-1]) < 10):
        raise UsageError(f"{name}={values[-1]}: a whole number is needed")
    return int(values[-1])


def _total(page: Any) -> int | None:
    total = page.get("total") if isinstance(page, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def _written(document: Any) -> bytes:
    return json_text(document).encode("utf-8", "surrogatepass") + b"\n"
