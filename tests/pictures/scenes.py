"""What the pictures show: a command line each, in a real terminal, against a sandbox with some work in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scene:
    """One picture: its file's name, the command line, the terminal's size.

    `keys` are pairs of a key and the text that must be seen before it is pressed; `prepare` are command lines
    that run before, out of sight, and `files` (name and text) lie in the directory. A scene that `stays` is taken
    while it runs, once `until` is seen.
    """

    name: str
    command: str
    columns: int = 100
    rows: int = 40
    stays: bool = False
    until: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    prepare: tuple[str, ...] = field(default=())
    files: Mapping[str, str] = field(default_factory=dict)


AP = "eclips run -d --agent ap_specialist"
WORK = (
    f'{AP} "[instant] Process invoice INV-1001"',
    f'{AP} "[instant][warn] Process invoice INV-1002"',
    f'{AP} "[instant][fail] Process invoice INV-1003"',
    f'{AP} "[instant][triage] Process invoice INV-1004"',
    'eclips run -d --agent contract_reviewer "[instant][low-confidence] Review the lease"',
)
INVOICE = """--data '{"vendor": "Acme Ltd", "order_total": 31200.5, "currency": "USD"}'"""
DECISIONS = (
    f'{AP} {INVOICE} "[instant][triage] Pay invoice INV-1004 of Acme Ltd"',
    f'{AP} "[instant][triage] Pay invoice INV-1005 of Bolt AG"',
    'eclips run -d --agent contract_reviewer "[instant][low-confidence] Review the lease"',
)
INVOICES = "number,vendor,amount\n" + "".join(
    f"INV-{n},{'[fail] ' if n == 1007 else ''}{('Acme Ltd', 'Bolt AG', 'Initech')[n % 3]},{n * 3}.50\n"
    for n in range(1001, 1025)
)
SCENES = (
    Scene(
        "run",
        'eclips run --agent procurement_specialist "Get 3 vendor quotes for 500 laptops"',
    ),
    Scene("runs-list", "eclips runs list", prepare=WORK),
    Scene("usage", "eclips usage", prepare=WORK),
    Scene(
        "batch-submit",
        'eclips batch submit invoices.csv -a ap_specialist --task "Pay {number} to {vendor}" --results done.csv',
        columns=108,
        files={"invoices.csv": INVOICES},
    ),
    Scene("triage-list", "eclips triage list --oldest-first", prepare=DECISIONS),
    Scene(
        "triage-review",
        "eclips triage review",
        rows=30,
        stays=True,
        until=" leave",
        prepare=DECISIONS,
    ),
)
