"""Every error reads well: one line, and a way on of its own or its class's."""

import ast
from pathlib import Path

from eclips_cli import errors
from tests.each import of_each
from tests.installed import Run

PACKAGE = Path(errors.__file__).parent
CLASSES = {name for name, found in vars(errors).items() if isinstance(found, type)}


def raised() -> list[tuple[str, str]]:
    """Where errors are made, and the text each begins with, as far as it is written there."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in CLASSES
            ):
                text = node.args[0] if node.args else None
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                words = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts if part
                )
                found.append((f"{path.relative_to(PACKAGE)}:{node.lineno}", words))
    return found


@of_each(raised)
def test_a_message_is_one_plain_line(where: str, text: str) -> None:
    assert "\n" not in text and not text.endswith((".", "!")), where
    assert not text.lower().startswith(("error", "oops", "sorry")), where
    assert not text[:1].isupper() or text.split()[0].isupper() or text.startswith("X"), where


def test_a_class_may_have_a_usual_way_on_and_an_error_its_own() -> None:
    assert errors.ProtocolError("x").as_json()["error"]["hint"] == errors.ProtocolError.usual_hint
    assert errors.ProtocolError("x", hint="y").advice == "y"
    assert errors.UsageError("x").advice is None


def test_an_unknown_agent_names_the_nearest(eclips: Run) -> None:
    done = eclips("run", "--agent", "ap_specialst", "x")
    assert done.code == 14 and "hint: did you mean ap_specialist?" in done.err
