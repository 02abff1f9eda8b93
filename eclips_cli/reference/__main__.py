"""`python -m eclips_cli.reference` writes the generated files; with `--check` it says which ones drifted, and fails."""

from __future__ import annotations

import sys

from eclips_cli.reference import files


def main(argv: list[str]) -> int:
    """Write, or check; the exit code."""
    if not (files.ROOT / "completions").is_dir():
        sys.stderr.write(f"{files.ROOT} is no clone of the repository: run this in one\n")
        return 1
    if argv == ["--check"]:
        found = [str(path.relative_to(files.ROOT)) for path in files.drifted()]
        if found:
            again = "`python -m eclips_cli.reference` writes them anew"
            sys.stderr.write(f"not as the command tree has them: {', '.join(found)}\n{again}\n")
        return 1 if found else 0
    if argv:
        sys.stderr.write("usage: python -m eclips_cli.reference [--check]\n")
        return 2
    files.write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
