"""The options that verbs of webhooks share, spelled once."""

from typing import Annotated

import typer

IN_FILE = "The signing secret is in this file"
IN_ENV = "The signing secret is in this environment variable"
IN_KEYRING = "The signing secret is in the keyring: `webhooks create --save-secret` put it there."
ROTATED = "; several while one is being rotated."

SecretFile = Annotated[str | None, typer.Option("--secret-file", metavar="F", help=f"{IN_FILE}.")]
SecretEnv = Annotated[str | None, typer.Option("--secret-env", metavar="VAR", help=f"{IN_ENV}.")]
SecretOf = Annotated[str | None, typer.Option("--secret-of", metavar="WEBHOOK", help=IN_KEYRING)]
SecretFiles = Annotated[
    list[str] | None, typer.Option("--secret-file", metavar="F", help=f"{IN_FILE}{ROTATED}")
]
SecretEnvs = Annotated[
    list[str] | None, typer.Option("--secret-env", metavar="VAR", help=f"{IN_ENV}{ROTATED}")
]
SecretOfs = Annotated[
    list[str] | None,
    typer.Option("--secret-of", metavar="WEBHOOK", help=f"{IN_KEYRING} Several likewise."),
]
