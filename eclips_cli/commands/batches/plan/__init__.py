"""From rows to tasks and jobs. Pure: no network, no terminal, no clock, no randomness of its own.

A task comes from a column or a template; the other columns become `data`. Jobs hold at most 500
rows (manual: Batches).
"""

from eclips_cli.commands.batches.plan.jobs import MAX_ROWS, planned_jobs
from eclips_cli.commands.batches.plan.mapping import choose_mapping
from eclips_cli.commands.batches.plan.template import Template

__all__ = ["MAX_ROWS", "Template", "choose_mapping", "planned_jobs"]
