"""HTTP dates: the three forms of RFC 9110 (5.6.7), and nothing that merely looks like one."""

from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.api.http.dates import http_date
from eclips_cli.api.http.retry import parse_retry_after

NOW = datetime(2026, 11, 26, 8, 30, 15, tzinfo=UTC).timestamp()
WHEN = 784111777.0
GOOD = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")
"""the RFC's own examples, one of each form"""


def test_the_three_forms_are_the_same_moment_and_both_headers_are_read_in_each() -> None:
    assert [http_date(text, NOW) for text in GOOD] == [WHEN] * 3
    for date in GOOD:
        for later in (text.replace(":49:", ":50:") for text in GOOD):
            assert parse_retry_after(later, date=date, now=NOW) == 60.0
    assert http_date("Wed Nov 16 08:49:37 1994", NOW) == WHEN + 10 * 86400


@given(st.integers(min_value=-62135596800, max_value=253402300799))
def test_every_moment_is_read(moment: int) -> None:
    assert http_date(formatdate(moment, usegmt=True), NOW) == moment
    asctime = datetime.fromtimestamp(moment, UTC).ctime()
    assert http_date(asctime, NOW) == moment
    at = datetime.fromtimestamp(moment, UTC)
    read = http_date(f"{at:%A, %d-%b-%y %H:%M:%S} GMT", NOW)
    if (at.month, at.day) != (2, 29):
        assert read is not None
        assert f"{datetime.fromtimestamp(read, UTC):%d-%b-%y %H:%M:%S}" == f"{at:%d-%b-%y %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Thursday, 26-Nov-76 08:30:15 GMT", 2076),
        ("Thursday, 26-Nov-76 08:30:16 GMT", 1976),
        ("Friday, 27-Nov-76 00:00:00 GMT", 1976),
        ("Friday, 01-Jan-77 00:00:00 GMT", 1977),
        ("Friday, 31-Dec-99 23:59:59 GMT", 1999),
        ("Saturday, 01-Jan-00 00:00:00 GMT", 2000),
        ("Thursday, 26-Nov-26 08:30:15 GMT", 2026),
        ("Tuesday, 29-Feb-00 00:00:00 GMT", 2000),
    ],
)
def test_two_digits_are_a_year_at_most_fifty_ahead(text: str, year: int) -> None:
    found = http_date(text, NOW)
    assert found is not None and datetime.fromtimestamp(found, UTC).year == year


def test_the_century_is_that_of_now_and_not_of_this_program() -> None:
    late = datetime(2099, 6, 1, tzinfo=UTC).timestamp()
    found = http_date("Saturday, 01-Jan-01 00:00:00 GMT", late)
    assert found is not None and datetime.fromtimestamp(found, UTC).year == 2101


def test_a_leap_second_is_the_second_before_and_there_is_none_after_it() -> None:
    for text in GOOD:
        assert http_date(text.replace(":37", ":60"), NOW) == WHEN + 22
        assert http_date(text.replace(":37", ":61"), NOW) is None


SPOILT = {
    # whatever a lenient reader lets pass: each is refused in all three forms where it applies
    "lower case": str.lower,
    "upper case": str.upper,
    "no such weekday": lambda text: text.replace("Sun", "Xun"),
    "another language": lambda text: text.replace("Sunday", "Sonntag").replace("Sun", "Son"),
    "a weekday's beginning": lambda text: text.replace("Sunday", "Sund").replace("Sun,", "S,").replace("Sun ", "S "),
    "no weekday": lambda text: text.replace("Sunday, ", "").replace("Sun, ", "").replace("Sun ", ""),
    "no such month": lambda text: text.replace("Nov", "Xov"),
    "a month's whole name": lambda text: text.replace("Nov", "November"),
    "one digit": lambda text: text.replace("06", "6").replace("Nov  6", "Nov 6"),
    "31 Feb": lambda text: text.replace("06", "31").replace(" 6", "31").replace("Nov", "Feb"),
    "day 0": lambda text: text.replace("06", "00").replace(" 6", " 0"),
    "hour 24": lambda text: text.replace("08:", "24:"),
    "minute 60": lambda text: text.replace(":49:", ":60:"),
    "an hour of one digit": lambda text: text.replace("08:", "8:"),
    "no seconds": lambda text: text.replace(":37", ""),
    "a fraction": lambda text: text.replace(":37", ":37.5"),
    "Arabic digits": lambda text: text.replace("49", "٤٩"),
    "two blanks": lambda text: text.replace(" 08", "  08"),
    "a tab": lambda text: text.replace(" 08", "\t08"),
    "something after it": lambda text: text + " ",
    "a line after it": lambda text: text + "\n",
    "something before it": lambda text: " " + text,
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_nearly_a_date_is_none(how: str) -> None:
    for text in GOOD:
        spoilt = SPOILT[how](text)
        assert spoilt != text and http_date(spoilt, NOW) is None, spoilt


@pytest.mark.parametrize(
    "text",
    [
        "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 gmt", "Sunday, 06-Nov-94 08:49:37", "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 06 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT", "Sun, Nov  6 08:49:37 1994", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT", "1994-11-06T08:49:37Z", "784111777",
    ],
)  # fmt: skip
def test_forms_are_not_mixed(text: str) -> None:
    assert http_date(text, NOW) is None
