"""A two-command Typer app with httpx, as one would write it first: the reference for start-up and one GET."""

import os

import httpx
import typer

app = typer.Typer()


def get(path: str) -> str:
    """One GET of the API."""
    with httpx.Client(base_url=os.environ["ECLIPS_BASE_URL"]) as client:
        answer = client.get(path, headers={"Authorization": f"Bearer {os.environ['ECLIPS_API_KEY']}"})
        answer.raise_for_status()
        return answer.text


@app.command()
def health() -> None:
    """Is the API up."""
    typer.echo(get("/v1/health"))


@app.command()
def runs(limit: int = 100) -> None:
    """List runs."""
    typer.echo(get(f"/v1/runs?limit={limit}"))


if __name__ == "__main__":
    app()
