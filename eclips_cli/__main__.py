"""`python -m eclips_cli` is `eclips`."""

from eclips_cli.main import entry

if __name__ == "__main__":
    entry()
