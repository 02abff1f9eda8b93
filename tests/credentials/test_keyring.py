"""Keys in the OS keyring: a real one, and everything that stands where one should be."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installed import Result, fresh_environment, run_installed
from tests.servers.keyring import gnome_keyring, lock, silent_bus

REAL = pytest.mark.debian("gnome-keyring-daemon", "dbus-daemon", "setpriv")


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with gnome_keyring(tmp_path_factory.mktemp("keyring")) as variables:
        yield variables


class Person:
    """Somebody with a home of their own, whose keys must not show anywhere."""

    def __init__(self, home: Path, server: Any, **variables: str) -> None:
        self.home = home
        self.env = {**fresh_environment(home), "ECLIPS_BASE_URL": server.url, **variables}
        self.keys = server.keys

    def __call__(self, *argv: str, stdin: str = "", **more: str) -> Result:
        done = run_installed(argv, {**self.env, **more}, stdin)
        for key in (self.keys.full, self.keys.read_only, self.keys.revoked):
            assert key not in done.out + done.err, "a key was shown"
        return done

    def login(self, key: str, *argv: str) -> Result:
        return self("auth", "login", "--with-key", *argv, stdin=f"\t {key}\r\n")


@pytest.fixture
def person(tmp_path: Path, server: Any, bus: dict[str, str]) -> Person:
    return Person(tmp_path / "home", server, **bus)


@REAL
def test_a_key_is_kept_read_back_used_and_forgotten(person: Person) -> None:
    assert person("usage").code == 4
    kept = person.login(person.keys.full)
    assert kept.code == 0, kept
    assert kept.out == "" and "is in the keyring (" in kept.err
    assert person.keys.full.encode() not in b"".join(
        p.read_bytes() for p in person.home.rglob("*") if p.is_file()
    )
    status = person("auth", "status", "-o", "json")
    assert status.code == 0
    assert status.json["source"] == "keyring" and status.json["key"] == f"eck_live_…{person.keys.full[-4:]}"
    assert "SecretService" in status.json["keyring"]
    assert person("usage", "--jq", ".plan").out == "team\n"
    assert "is forgotten" in person("auth", "logout").err
    assert "no stored key" in person("auth", "logout").err
    assert person("usage").code == 4


@REAL
def test_the_secret_of_a_webhook_is_kept_and_found_again(person: Person) -> None:
    url = "https://your-app.com/webhooks/eclips"
    made = person("webhooks", "create", url, "--save-secret", "-o", "json", ECLIPS_API_KEY=person.keys.full)
    assert made.code == 0 and "whsec_" not in made.out + made.err, made
    given = ("--signature", "sha256=0", "--secret-of", made.json["id"], "-")
    assert "that is no signature" in person("webhooks", "verify", *given).err
    unknown = person("webhooks", "verify", *given[:3], "another", "-")
    assert unknown.code == 2 and "holds no secret of webhook another" in unknown.err
    gone = person("webhooks", "delete", made.json["id"], "--yes", ECLIPS_API_KEY=person.keys.full)
    assert gone.code == 0, gone
    assert "holds no secret" in person("webhooks", "verify", *given).err


@REAL
def test_each_profile_has_a_key_of_its_own(person: Person) -> None:
    assert person.login(person.keys.full, "-p", "main").code == 0
    assert person.login(person.keys.read_only, "-p", "staging").code == 0
    listed = person("auth", "list", "-o", "json").json
    assert [(p["profile"], p["active"], p["store"]) for p in listed] == [
        ("main", True, "keyring"),
        ("staging", False, "keyring"),
    ]
    refused = person("run", "x", "-p", "staging", "-o", "json")
    assert (refused.code, refused.error["required"]) == (5, "agents:run")
    assert "profile staging" in refused.err, "with several profiles, a change names the one it is made with"
    assert person("auth", "use", "staging").code == 0
    assert person("auth", "status", "--jq", ".key").out == f"eck_live_…{person.keys.read_only[-4:]}\n"
    unknown = person("auth", "use", "stagign")
    assert unknown.code == 2 and "did you mean staging?" in unknown.err
    for name in ("main", "staging"):
        assert person("auth", "logout", "-p", name).code == 0


@REAL
def test_the_order_of_sources_and_what_each_hides(person: Person, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    for path in (tmp_path / "a.key", tmp_path / "b.key", credentials / "eclips_api_key"):
        path.write_text(person.keys.full + "\n")
        path.chmod(0o600)
    (credentials / "eclips_api_key").chmod(0o440)  # as systemd makes it
    assert person.login(person.keys.full, "--store", "file").code == 0
    key_file = person.home / ".config/eclips/keys/default.key"
    kept = key_file.read_bytes()
    assert person.login(person.keys.full).code == 0
    assert not key_file.exists(), "a key moved to the keyring leaves no plain file behind"
    key_file.write_bytes(kept)
    key_file.chmod(0o600)
    given = {
        "ECLIPS_API_KEY": f" {person.keys.full}\n",
        "ECLIPS_API_KEY_FILE": str(tmp_path / "b.key"),
        "CREDENTIALS_DIRECTORY": str(credentials),
    }
    status = person("auth", "status", "--api-key-file", str(tmp_path / "a.key"), "-o", "json", **given).json
    order = ["--api-key-file", *given, "keyring", "key file"]
    order[3] = "systemd credential"
    assert [status["source"], *status["shadowed"]] == order
    key_file.chmod(0o644)
    loose = person("auth", "status", "-o", "json").json
    assert (loose["source"], loose["shadowed"]) == ("keyring", ["key file (unusable)"])
    assert person("auth", "logout").code == 0


@REAL
def test_a_locked_keyring_says_so_at_once(tmp_path: Path, server: Any) -> None:
    with gnome_keyring(tmp_path / "own") as variables:
        person = Person(tmp_path / "home", server, **variables)
        assert person.login(person.keys.full).code == 0
        lock(variables)
        begun = time.monotonic()
        done = person("usage", "-o", "json")
        assert time.monotonic() - begun < 20
        assert done.code == 4 and "locked" in done.error["message"].lower(), done
        assert "ECLIPS_API_KEY_FILE" in done.error["hint"]
        status = person("auth", "status", "-o", "json")
        assert status.code == 4 and "locked" in status.json["keyring"].lower()
        given = person("usage", "--jq", ".plan", ECLIPS_API_KEY=person.keys.full)
        assert given.out == "team\n"


def test_a_bus_that_says_nothing_is_given_up_after_three_seconds(tmp_path: Path, server: Any) -> None:
    with silent_bus(tmp_path) as variables:
        person = Person(tmp_path / "home", server, **variables)
        begun = time.monotonic()
        done = person("auth", "status", "-o", "json")
        assert time.monotonic() - begun < 25
        assert done.code == 4
        assert done.json["keyring"] == "unavailable: the OS keyring did not answer within 3 s"
        begun = time.monotonic()
        assert person("usage", "--jq", ".plan", ECLIPS_API_KEY=person.keys.full).out == "team\n"
        assert time.monotonic() - begun < 25


SWALLOWS = """
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): pass
class Breaks(Keyring):
    def get_password(self, service, username): raise EOFError
    def set_password(self, service, username, password): raise EOFError(password)
"""


@pytest.mark.parametrize(
    ("backend", "says"),
    [
        ("keyring.backends.null.Keyring", "no usable OS keyring"),
        ("keyring.backends.fail.Keyring", "no usable OS keyring"),
        ("no_such_module.Keyring", "PYTHON_KEYRING_BACKEND"),
        ("swallows.Keyring", "did not keep the key"),
        ("swallows.Breaks", "can't be used (EOFError)"),
        ("", "no session bus"),
    ],
)
def test_what_is_no_keyring_keeps_nothing_and_says_why(
    tmp_path: Path, server: Any, backend: str, says: str
) -> None:
    (tmp_path / "swallows.py").write_text(SWALLOWS)
    person = Person(tmp_path / "home", server, PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(tmp_path))
    done = person.login(person.keys.full)
    assert done.code == 17 and says in done.err, done
    assert "eclips auth login --store file" in done.err
    assert not (person.home / ".config/eclips").exists(), "no profile without a key"


@pytest.mark.parametrize(("which", "code"), [("revoked", 4), ("no_plan", 5)])
def test_a_key_that_is_refused_is_not_stored(tmp_path: Path, server: Any, which: str, code: int) -> None:
    person = Person(tmp_path / "home", server)
    assert person.login(getattr(person.keys, which), "--store", "file").code == code
    assert not (person.home / ".config").exists()


def test_the_key_file_is_private_from_its_first_byte(tmp_path: Path, server: Any) -> None:
    person = Person(tmp_path / "home", server)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not a key")
    key_file = person.home / ".config/eclips/keys/default.key"
    key_file.parent.mkdir(parents=True)
    key_file.symlink_to(elsewhere)
    before = os.umask(0)
    try:
        done = person.login(person.keys.full, "--store", "file")
    finally:
        os.umask(before)
    assert done.code == 0 and "plain text" in done.err
    assert not key_file.is_symlink() and elsewhere.read_text() == "not a key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in key_file.parent.iterdir()) == ["default.key"], "nothing half-written"
    assert person("usage", "--jq", ".plan").out == "team\n"
    key_file.chmod(0o640)
    refused = person("usage")
    assert refused.code == 2 and f"hint: chmod 600 {key_file}" in refused.err
    key_file.chmod(0o600)
    assert person("auth", "logout").code == 0 and not key_file.exists()


def test_a_sandbox_key_goes_nowhere_else_and_a_real_key_not_to_the_sandbox(
    tmp_path: Path, server: Any
) -> None:
    person = Person(tmp_path / "home", server)
    sent = person.login(person.keys.full, "--base-url", "https://api.eclips.tech", "--store", "file")
    assert sent.code == 2 and "is not sent to api.eclips.tech" in sent.err
    real = person.login("eck_live_0123456789abcdef", "--sandbox", "--store", "file")
    assert real.code == 2 and "not sent to the sandbox" in real.err


@pytest.mark.parametrize(
    "typed",
    ["", "  \n", "secret", "eck_live_a b", "eck_live_a\x00b", "eck_live_ключ", "eck_live_" + "x" * 600],
)
def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path, server: Any, typed: str) -> None:
    from tests.inside import run_inside

    person = Person(tmp_path / "home", server)
    done = run_inside(("auth", "login", "--with-key", "--store", "file"), person.env, typed)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: standard input is ") and len(done.err.splitlines()) <= 2
    assert not typed.strip() or typed.strip() not in done.err


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("Bearer {}", "it begins with Bearer"),
        ("Authorization: bearer {}", "it begins with Bearer"),
        ("export ECLIPS_API_KEY={}", "a shell's assignment"),
        ('ECLIPS_API_KEY="{}"', "a shell's assignment"),
        ("$env:ECLIPS_API_KEY = '{}'", "a shell's assignment"),
        ("set -x ECLIPS_API_KEY {}", "a shell's assignment"),
    ],
)
def test_what_was_pasted_with_a_key_is_named(tmp_path: Path, server: Any, pasted: str, why: str) -> None:
    from tests.inside import run_inside

    key = "eck_live_0123456789abcdefghij"
    person = Person(tmp_path / "home", server)
    (tmp_path / "key").write_text(pasted.format(key))
    (tmp_path / "key").chmod(0o600)
    stdin = run_inside(("auth", "login", "--with-key", "--store", "file"), person.env, pasted.format(key))
    file = run_inside(("usage", "--api-key-file", str(tmp_path / "key")), person.env)
    for done in (stdin, file, run_inside(("usage",), {**person.env, "ECLIPS_API_KEY": pasted.format(key)})):
        assert done.code == 2 and why in done.err and "give the key alone" in done.err, done
        assert key not in done.err and key[9:] not in done.err
