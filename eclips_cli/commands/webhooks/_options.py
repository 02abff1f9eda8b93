"""The options that verbs of webhooks share, spelled once."""

from typing import Annotated

import typer

SecretFile = Annotated[
    str | None, typer.Option("--secret-file", metavar="F", help="The signing secret is in this file.")
]
SecretEnv = Annotated[
    str | None,
    typer.Option("--secret-env", metavar="VAR", help="The signing secret is in this environment variable."),
]
SecretOf = Annotated[
    str | None,
    typer.Option(
        "--secret-of",
        metavar="WEBHOOK",
        help="The signing secret is in the keyring: `webhooks create --save-secret` put it there.",
    ),
]
SecretFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-file",
        metavar="F",
        help="The signing secret is in this file; several while one is being rotated.",
    ),
]
SecretEnvs = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-env",
        metavar="VAR",
        help="The signing secret is in this environment variable; several while one is being rotated.",
    ),
]
SecretOfs = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-of",
        metavar="WEBHOOK",
        help="The signing secret is in the keyring: `webhooks create --save-secret` put it there. Several likewise.",
    ),
]
