"""What pip is told on this machine, to be told the same elsewhere: `python pip_settings.py DIRECTORY`.

Writes `pip.conf` (what its files say, merged), `environment` (PIP_… and proxies) and `paths` (the files and
directories that these name); the last two with a NUL after each.
"""

import ast
import configparser
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""where pip finds certificates when PIP_CERT does not say it"""
OWN = ("cache-dir", "log", "target", "prefix", "root", "src", "report")
"""settings that name a place to write to"""


def configured() -> configparser.RawConfigParser:
    """What pip's files say, the strongest of each."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    found = configparser.RawConfigParser()
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section == ":env:" or key in OWN:
            continue
        if not found.has_section(section):
            found.add_section(section)
        found.set(section, key, ast.literal_eval(value))
    return found


def environment() -> dict[str, str]:
    """The variables that pip reads; its files are merged already."""
    own = {f"PIP_{key.replace('-', '_').upper()}" for key in OWN} | {"PIP_CONFIG_FILE"}
    found = {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("PIP_") and name not in own) or name.lower() in PROXIES
    }
    bundle = next((os.environ[name] for name in CERTIFICATES if os.environ.get(name)), None)
    if bundle:
        found.setdefault("PIP_CERT", bundle)
    return found


def paths(values: list[str]) -> Iterator[str]:
    """The files and directories that settings name."""
    for word in (word for value in values for word in value.split()):
        if word.startswith("file:"):
            # an index's pages lead to files beside it
            yield str(Path(url2pathname(urlsplit(word).path)).parent)
        elif word.startswith("/"):
            yield word


def main(directory: Path) -> None:
    """Write the three files."""
    config, variables = configured(), environment()
    with (directory / "pip.conf").open("w") as file:
        config.write(file)
    values = [value for section in config.sections() for _key, value in config.items(section)]
    named = [path for path in dict.fromkeys(paths([*values, *variables.values()])) if Path(path).exists()]
    nul = "".join
    (directory / "environment").write_text(nul(f"{name}={value}\0" for name, value in variables.items()))
    (directory / "paths").write_text(nul(f"{path}\0" for path in named if path != "/"))


main(Path(sys.argv[1]))
