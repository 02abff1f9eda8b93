"""The signature: against the standard tool, any change of a byte, and the guesses at what went wrong."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.commands.webhooks._signature import fits, likely_cause, sign
from tests.commands.webhooks.conftest import SECRET, body_of

KEY = SECRET.encode()
BODY = body_of(output={"vendor": "Müller", "amount": 12.5})


@pytest.mark.debian("openssl")
def test_openssl_signs_the_same() -> None:
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET], input=BODY, capture_output=True, check=True
    )
    assert sign(KEY, BODY) == "sha256=" + done.stdout.decode().split()[-1]


@given(st.binary(max_size=200), st.integers(0), st.integers(1, 255))
def test_one_byte_changed_does_not_fit(body: bytes, place: int, change: int) -> None:
    signature = sign(KEY, body)
    assert fits(KEY, body, signature)
    other = bytearray(body or b"x")
    other[place % len(other)] ^= change
    assert not fits(KEY, bytes(other), signature)
    assert not fits(KEY + b"x", body, signature)


@pytest.mark.parametrize("given", ["", "sha256=", "é", "\udcff", "sha256=" + "é" * 64, "x" * 100_000])
def test_what_is_no_signature_does_not_fit(given: str) -> None:
    assert not fits(KEY, BODY, given)
    assert likely_cause([KEY], BODY, given)


def anew(**how: object) -> bytes:
    return json.dumps(json.loads(BODY), **how).encode()  # type: ignore[arg-type]


CAUSES = {
    "trailing newline": (sign(KEY + b"\n", BODY), BODY),
    "without its whsec_": (sign(KEY.removeprefix(b"whsec_"), BODY), BODY),
    "quotes around": (sign(b'"' + KEY + b'"', BODY), BODY),
    "a newline was added": (sign(KEY, BODY), BODY + b"\n"),
    "newline at the end of the body was lost": (sign(KEY, BODY + b"\n"), BODY),
    "line ends": (sign(KEY, b'{\n"a": 1}'), b'{\r\n"a": 1}'),
    "byte order mark": (sign(KEY, BODY), b"\xef\xbb\xbf" + BODY),
    "formatted anew": (sign(KEY, BODY), anew(indent=2)),
    "anew": (sign(KEY, anew(sort_keys=True)), BODY),
    "trailing newline and the body was formatted anew": (sign(KEY + b"\n", BODY), anew(indent=4)),
    "lacks its sha256=": (sign(KEY, BODY)[7:], BODY),
    "capitals": (sign(KEY, BODY).upper().replace("SHA256", "sha256"), BODY),
    "64 hexadecimal digits": ("sha1=0123", BODY),
    "another secret": (sign(b"whsec_other", BODY), BODY),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_likely_cause_is_found_by_trying_it(cause: str) -> None:
    given, body = CAUSES[cause]
    assert not fits(KEY, body, given)
    assert cause in likely_cause([KEY], body, given)


def test_base64_is_recognised() -> None:
    import base64

    given = "sha256=" + base64.b64encode(bytes.fromhex(sign(KEY, BODY)[7:])).decode()
    assert "base64" in likely_cause([KEY], BODY, given)


def test_deeply_nested_json_is_no_trouble() -> None:
    assert "another secret" in likely_cause([KEY], b"[" * 100_000, sign(b"other", b""))


def test_the_cause_is_found_for_the_second_of_two_secrets() -> None:
    assert "trailing newline" in likely_cause([b"whsec_old", KEY], BODY, sign(KEY + b"\n", BODY))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 900 + b"]" * 900,
        b"[" + b",".join([b"[" * 400 + b"]" * 400] * 81) + b"]",
        b"[" + b"{}," * 20_000 + b"{}]",
        b'{"a":"' + "é".encode() * 30_000 + b'"}',
        b"[" * 500_000 + b"]" * 500_000,
        b'"' + b"x" * 2**20 + b'"',
    ],
)
def test_guessing_is_bounded_in_time_and_memory(body: bytes) -> None:
    """A megabyte of nesting, indented, would be gigabytes."""
    import resource
    import time

    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert "another secret" in likely_cause([KEY], body, sign(b"other", b""))
    assert time.process_time() - begun < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
