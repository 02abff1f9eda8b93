"""The sandbox against its own OpenAPI document: made-up requests, valid and not, never break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from eclips_cli import sandbox
from eclips_cli.sandbox.answers import LINKS
from eclips_cli.sandbox.app import ROUTES
from eclips_cli.sandbox.openapi import document

schemathesis = pytest.importorskip("schemathesis")
positive_data_acceptance = pytest.importorskip("schemathesis.specs.openapi.checks").positive_data_acceptance
"""not asked: no document can say which agents there are, and the manual answers 400 to an unknown one"""
SILENT = {("GET", "/v1/runs/{id}/stream")}
"""operations whose answer does not end by itself"""
OPERATIONS = [
    (method, path) for path, methods in ROUTES.items() for method in methods if (method, path) not in SILENT
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with sandbox.start(tmp_path_factory.mktemp("openapi") / "sandbox.db", speed=100) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda word: word)
def test_an_operation_answers_as_its_document_says(served: Any, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_dict(document(ROUTES))
    schema.config.update(base_url=served.url)
    headers = {"Authorization": f"Bearer {served.keys.full}"}

    operation = schema[path][method]

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        response = case.call(base_url=served.url, headers=headers)
        assert response.status_code < 500, response.text
        case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])

    answers()


def test_each_link_leads_on_and_what_it_finds_has_the_shape_it_says(served: Any) -> None:
    """Random ids find nothing: each answer that holds an id is asked for, and each request that takes it is made."""
    found = read(served.url + "/openapi.json")
    assert found["servers"] == [{"url": served.url}]
    schema = schemathesis.openapi.from_dict(found)
    schema.config.update(base_url=served.url)
    headers = {"Authorization": f"Bearer {served.keys.full}"}

    def made(method: str, path: str, **parts: Any) -> Any:
        if method == "POST" and "body" not in parts and path in BODIES:
            parts |= {"body": BODIES[path], "media_type": "application/json"}
        return schema[path][method].Case(**parts)

    def valid(case: Any) -> Any:
        answer = case.call(base_url=served.url, headers=headers)
        assert answer.status_code < 300, (case.method, case.path, answer.text)
        case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
        return answer.json()

    where = {
        methods[method].__name__: (method, path) for path, methods in ROUTES.items() for method in methods
    }
    for (method, path), (pointer, operations) in LINKS.items():
        for name in operations:
            if where[name] in SILENT:
                continue
            if method == "GET":
                valid(made("POST", SEEDED_BY[path]))
            body = valid(made(method, path))
            for step in pointer.strip("/").split("/"):
                body = body[int(step)] if isinstance(body, list) else body[step]
            valid(made(*where[name], path_parameters={"id": body}))
    valid(made("GET", "/v1/usage"))
    assert valid(made("GET", "/v1/usage/history"))["data"] and valid(made("GET", "/v1/usage/members"))["data"]


BODIES = {
    "/v1/run": {"task": "[triage] [instant] Pay INV-1", "agent_type": "ap_specialist", "data": {"n": 1}},
    "/v1/webhooks": {"url": "https://example.com/hook", "events": ["run.failed"]},
    "/v1/batches": {"agent_type": "center", "rows": [{"task": "[slow] one"}, {"task": "two", "data": {}}]},
}
SEEDED_BY = {
    "/v1/runs": "/v1/run", "/v1/triage": "/v1/run", "/v1/webhooks": "/v1/webhooks", "/v1/batches": "/v1/batches",
}  # fmt: skip


def read(url: str | Request) -> Any:
    with build_opener(ProxyHandler({})).open(url, timeout=10) as answer:
        return json.load(answer)


def test_every_operation_has_a_schema_and_each_link_is_one_of_the_document(served: Any) -> None:
    found = document(ROUTES)
    names = set()
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            names.add(operation["operationId"])
            [done] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            assert all(content["schema"] for content in done["content"].values()), (method, path)
    linked = [link for methods in found["paths"].values() for operation in methods.values()
              for answer in operation["responses"].values() for link in answer.get("links", {}).values()]  # fmt: skip
    assert len(linked) == 11 and {link["operationId"] for link in linked} <= names


@pytest.mark.parametrize(
    ("query", "shown", "says"),
    [
        ("limit=1933442412", {"limit": 100, "offset": 0}, ""),
        ("limit=" + "9" * 5000, {"limit": 100, "offset": 0}, ""),
        ("limit=007&offset=0000000000000000000000000000001", {"limit": 7, "offset": 1}, ""),
        ("offset=99999999999999999999", {"limit": 20, "offset": 10**18}, ""),
        ("limit=0", None, "limit must be a number of at least 1"),
        ("limit=-5", None, "limit must be a number of at least 1"),
        ("limit=%D9%A3", None, "limit must be a number of at least 1"),
        ("offset=x", None, "offset must be a number of at least 0"),
    ],
)
def test_what_is_said_of_a_limit_is_true(served: Any, query: str, shown: Any, says: str) -> None:
    request = Request(
        f"{served.url}/v1/runs?{query}", headers={"Authorization": f"Bearer {served.keys.full}"}
    )
    try:
        found = read(request)
    except HTTPError as error:
        assert error.code == 400 and json.load(error)["error"] == says and says
    else:
        assert {name: found[name] for name in ("limit", "offset")} == shown
