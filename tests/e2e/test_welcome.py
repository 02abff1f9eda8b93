"""First contact: `eclips` alone says what is configured and what to type next."""

from tests.installed import Run


def test_without_a_key_it_shows_the_sandbox_and_the_login(clean_env: dict[str, str]) -> None:
    from tests.installed import run_installed

    done = run_installed((), {**clean_env, "ECLIPS_OUTPUT": "table"})
    assert done.code == 0 and done.err == ""
    assert "no key yet" in done.out
    assert "eclips --sandbox run --agent procurement_specialist" in done.out
    assert "eclips auth login" in done.out


def test_with_a_key_it_names_its_source_and_never_shows_it(eclips: Run) -> None:
    done = eclips(ECLIPS_OUTPUT="table")
    assert done.code == 0
    assert "key: ECLIPS_API_KEY" in done.out and "eck_live_" not in done.out
    assert "eclips triage review" in done.out


def test_it_is_not_listed_and_not_suggested(eclips: Run) -> None:
    assert "welcome" not in eclips("--help").out
    assert "welcome" not in eclips("wlcome").err
