"""CSV and TSV: each trap of real files, with a small file made by the test."""

import csv
import io
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.errors import UsageError
from eclips_cli.sheets import open_rows
from eclips_cli.sheets.delimited import LONGEST_FIELD


def read(path, **options):
    with open_rows(path, **options) as source:
        rows = list(source)
        assert list(source) == rows, "a second reading gives the same"
        return source, rows


def refused(path, **options):
    with pytest.raises(UsageError) as caught:
        read(path, **options)
    return caught.value


def problems(path, **options):
    source, _ = read(path, **options)
    return [tuple(problem) for problem in source.problems.first]


@pytest.fixture
def file(tmp_path):
    def write(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_plain_rows_keep_their_text_and_their_lines(file):
    source, rows = read(file("task,number\nPay,00123\nAsk, 7 \n"))
    assert source.columns == ("task", "number")
    assert rows == [(2, ["Pay", "00123"]), (3, ["Ask", " 7 "])]
    assert source.format == "csv" and source.options == {"encoding": "utf-8", "delimiter": ","}
    assert source.key("number") == 1


def test_byte_order_mark(file):
    source, rows = read(file(b"\xef\xbb\xbftask,n\nPay,1\n"))
    assert source.columns == ("task", "n") and rows == [(2, ["Pay", "1"])]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_and_utf32(file, codec):
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    path = file(marks.get(codec, b"") + "task;n\nPrüfen €;1\n".encode(codec))
    source, rows = read(path)
    assert source.columns == ("task", "n") and rows == [(2, ["Prüfen €", "1"])]


def test_utf16_without_a_mark_is_named(file):
    error = refused(file("task,n\nPay,1\n".encode("utf-16-le")))
    assert "NUL" in error.message and "--encoding utf-16-le" in error.hint
    _, rows = read(file("task,n\nPay,1\n".encode("utf-16-le")), encoding="utf-16-le")
    assert rows == [(2, ["Pay", "1"])]


def test_cp1252_is_guessed_where_utf8_fails(file):
    path = file("task,n\nok,1\nPrüfen €,2\n".encode("cp1252"))
    source, rows = read(path)
    assert rows[1] == (3, ["Prüfen €", "2"]) and source.options["encoding"] == "cp1252"
    assert source.notes == ["not UTF-8: read as cp1252 ('Prüfen'); --encoding takes another"]
    assert read(path, encoding="latin-1")[1][1] == (3, ["Prüfen \x80", "2"])
    assert "line 3 is not UTF-8" in refused(path, encoding="utf-8").message


@pytest.mark.parametrize(
    "content",
    [
        b"task\nPr\x81fen\n",  # the DOS code page: 0x81 is nothing in cp1252
        "task\nPrüfen\n".encode() + "Prüfen\n".encode("cp1252"),  # a mixture
        "task\nPrüfen €\n".encode()[:-2],  # UTF-8, cut
    ],
)
def test_cp1252_is_not_guessed_where_it_does_not_fit(file, content):
    error = refused(file(content))
    assert "is not UTF-8 text" in error.message and "--encoding cp1252" in error.hint


def test_a_file_cut_within_a_character_is_an_error(file):
    assert "line 2" in refused(file(b"task,n\nPay,\xe2\x82")).message


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", ""])
def test_an_encoding_that_is_none(file, name):
    assert "encoding" in refused(file("task\nPay\n"), encoding=name).message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(file, delimiter):
    rows = ["task|number|amount", "Pay A|1|2,5", "Pay B|2|3,5"] if delimiter != "," else None
    text = "\n".join(rows or ["task|number|amount", "Pay A|1|2.5", "Pay; B|2|3.5"]).replace("|", delimiter)
    source, found = read(file(text))
    assert source.options["delimiter"] == delimiter
    assert source.columns == ("task", "number", "amount") and len(found) == 2


def test_the_delimiter_fits_the_rows_when_the_header_has_two(file):
    source, _ = read(file("task;amount, net;amount, gross\nPay;1,0;1,19\nAsk;2;3\n"))
    assert source.columns == ("task", "amount, net", "amount, gross")


@pytest.mark.parametrize(("said", "meant"), [("tab", "\t"), ("semicolon", ";"), (";", ";"), ("\\t", "\t")])
def test_a_delimiter_can_be_said(file, said, meant):
    source, _ = read(file(f"task{meant}n,m\nPay{meant}1\n"), delimiter=said)
    assert source.columns == ("task", "n,m")


@pytest.mark.parametrize("said", ["", "::", "a", '"', "\n", "7"])
def test_a_delimiter_that_can_be_none(file, said):
    assert "delimiter" in refused(file("task,n\nPay,1\n"), delimiter=said).message


def test_tsv_takes_the_tab_whatever_else_is_there(file):
    source, rows = read(file("task, x\tn\nPay, now\t1\n", "rows.tsv"))
    assert source.columns == ("task, x", "n") and rows == [(2, ["Pay, now", "1"])]


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\r\n"])
def test_excels_sep_line(file, first):
    source, rows = read(file(first + "task;n,m\nPay;1\n"))
    assert source.columns == ("task", "n,m") and rows == [(3, ["Pay", "1"])]


def test_a_sep_line_behind_a_mark_in_utf16(file):
    source, rows = read(file("sep=;\r\ntask;n\r\nPay;1\r\n".encode("utf-16")))
    assert source.columns == ("task", "n") and rows == [(3, ["Pay", "1"])]


def test_one_column_only(file):
    source, rows = read(file("task\nProcess invoice INV-1001\nProcess invoice INV-1002\n"))
    assert source.columns == ("task",) and len(rows) == 2 and source.options["delimiter"] == ","


def test_one_column_with_an_unquoted_comma_says_what_to_do(file):
    assert problems(file("task\nPay, please\n")) == [
        (2, "2 cells where the header has 1 (a cell with ',' in it needs quotes)")
    ]


def test_quoted_newlines_count_as_lines(file):
    _, rows = read(file('task,n\n"Pay\r\nnow\rplease\n",1\nAsk,2\n'))
    assert rows == [(2, ["Pay\r\nnow\rplease\n", "1"]), (6, ["Ask", "2"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(file, end):
    _, rows = read(file(f"task,n{end}Pay,1{end}Ask,2"))
    assert rows == [(2, ["Pay", "1"]), (3, ["Ask", "2"])]


def test_other_unicode_separators_end_no_line(file):
    _, rows = read(file("task,n\nPay\u2028now\x0b\x0c\x1c\x85,1\n"))
    assert rows == [(2, ["Pay\u2028now\x0b\x0c\x1c\x85", "1"])]


def test_ragged_rows_are_problems_with_their_lines(file):
    assert problems(file("task,a,b\nPay,1\nok,1,2\nAsk,1,2,3\n")) == [
        (2, "2 cells where the header has 3"),
        (4, "4 cells where the header has 3 (a cell with ',' in it needs quotes)"),
    ]


def test_duplicate_headers(file):
    error = refused(file("task,n, n\nPay,1,2\n"))
    assert "columns 2 and 3 are both called 'n'" in error.message


def test_a_column_without_a_name(file):
    assert "column 2 has no name" in refused(file("task,,n\nPay,1,2\n")).message


def test_empty_columns_at_the_end_are_dropped(file):
    source, rows = read(file("task,n,,\nPay,1,,\nAsk,2,,\n"))
    assert source.columns == ("task", "n") and rows == [(2, ["Pay", "1"]), (3, ["Ask", "2"])]


def test_a_cell_under_no_name_is_a_problem(file):
    assert problems(file("task,n,,\nPay,1,x,\n")) == [(2, "a cell stands in a column that has no name")]


def test_empty_lines_and_rows_of_empty_cells_are_skipped(file):
    _, rows = read(file('\n\r\n task,n\n\nPay,1\n,\n"",\n  ,2\n\n'))
    assert rows == [(5, ["Pay", "1"]), (8, ["  ", "2"])]


def test_a_first_cell_that_is_empty_is_a_row_all_the_same(file):
    assert read(file("n,task\n,Pay\n"))[1] == [(2, ["", "Pay"])]


def test_nul_bytes(file):
    error = refused(file(b"task,n\nPay,1\nA\0sk,2\n"))
    assert "NUL byte on line 3" in error.message and error.details["line"] == 3


def test_fields_over_128_kib(file):
    long = "x" * 200_000
    _, rows = read(file(f"task,n\n{long},1\n"))
    assert rows == [(2, [long, "1"])]


def test_a_field_that_never_ends_is_bounded(file, tmp_path):
    path = tmp_path / "rows.csv"
    with path.open("w") as out:
        out.write('task,n\nok,1\n"Pay,2\n')
        for _ in range(LONGEST_FIELD // 1_000_000 + 2):
            out.write(("y" * 99 + "\n") * 10_000)
    ((line, message),) = problems(path)
    assert line == 3 and "is a quote not closed" in message


def test_an_unterminated_quote_names_the_row_it_began_on(file):
    source, rows = read(file('task,n\nok,1\n"Pay,2\nAsk,3\n'))
    assert rows == [(2, ["ok", "1"])]
    assert [tuple(p) for p in source.problems.first] == [(3, "a quote is opened here and never closed")]


def test_an_unterminated_quote_in_the_header(file):
    assert "never closed" in refused(file('"task,n\nPay,1\n')).message


def test_junk_after_a_closing_quote(file):
    source, rows = read(file('task,n\n"Pay"now,1\nAsk,2\n"x" ,3\nend,4\n'))
    assert [line for line, _ in rows] == [3, 5]
    assert [p.line for p in source.problems.first] == [2, 4]
    assert "behind a closing quote" in source.problems.first[0].message


def test_quotes_within_cells(file):
    assert read(file('task,n\n"Pay ""A""",1\nsay "hi",2\n'))[1] == [
        (2, ['Pay "A"', "1"]),
        (3, ['say "hi"', "2"]),
    ]


def test_only_a_header(file):
    source, rows = read(file("task,n\n"))
    assert source.columns == ("task", "n") and rows == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b",,\n,,\n"])
def test_an_empty_file(file, content):
    assert "is empty" in refused(file(content)).message


def test_a_directory(tmp_path):
    assert "is a directory" in refused(tmp_path).message


def test_a_missing_file(tmp_path):
    assert "no such file" in refused(tmp_path / "none.csv").message


def test_a_fifo_is_read_once_and_iterated_twice(tmp_path):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("task,n\nPay,1\n",))
    writer.start()
    _, rows = read(path, spool_dir=tmp_path)
    writer.join()
    assert rows == [(2, ["Pay", "1"])]
    assert [entry.name for entry in tmp_path.iterdir()] == ["pipe.csv"], "the copy has no name"


def test_a_stream_such_as_standard_input(tmp_path):
    source, rows = read(io.BytesIO(b"task;n\nPay;1\n"), spool_dir=tmp_path)
    assert rows == [(2, ["Pay", "1"])] and source.label == "standard input"


def test_the_same_bytes_have_the_same_digest_whatever_they_are_called(file):
    first, _ = read(file("task\nPay\n", "a.csv"))
    second, _ = read(io.BytesIO(b"task\nPay\n"))
    assert first.digest == second.digest and len(first.digest) == 64


def test_a_file_that_changes_while_it_is_read(file):
    path = file("task,n\nPay,1\n")
    with open_rows(path) as source:
        with path.open("a") as out:
            out.write("Ask,2\n")
        with pytest.raises(UsageError, match="changed while it was read"):
            list(source)


def test_a_big_file_in_flat_memory(tmp_path):
    import tracemalloc

    path = tmp_path / "big.csv"
    with path.open("w") as out:
        out.write("task,n\n")
        out.writelines(f"Process invoice INV-{n:07} for the month of June,{n}\n" for n in range(100_000))
    tracemalloc.start()
    with open_rows(path) as source:
        count = sum(1 for _ in source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # held whole its cells would take 20 MB
    assert count == 100_000 and path.stat().st_size > 4_500_000
    assert peak < 10_000_000


def test_twenty_problems_are_kept_and_all_are_counted(file):
    source, _ = read(file("task,n\n" + "Pay\n" * 31))
    assert len(source.problems.first) == 20 and source.problems.count == 31


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def has_text(row):
    return any(cell.strip() for cell in row)


@given(
    rows=st.lists(st.tuples(cells, cells, cells).filter(has_text), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_csv_writes_is_read_back(tmp_path_factory, rows, delimiter, codec):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    with path.open("w", newline="", encoding=codec) as out:
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([("task", "b", "c"), *rows])
    _, found = read(path)
    assert [tuple(row) for _, row in found] == rows


@given(
    rows=st.lists(st.tuples(st.sampled_from(["a", "a\n", "\r\nb", "x\ry", "1\n\r2"]), cells), max_size=8),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    many=st.booleans(),
)
def test_each_row_has_the_line_that_it_begins_on(tmp_path_factory, rows, line_end, many):
    path = tmp_path_factory.mktemp("lines") / "rows.csv"
    with path.open("w", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=line_end)
        writer.writerows([("task", "b"), *([("Pay", "1")] * 499 * many), *rows])
    if "\0" in path.read_text(encoding="utf-8") or not (many or rows):
        return
    expected, line = [], 1
    with path.open(newline="", encoding="utf-8") as lines:
        for row in (reader := csv.reader(lines)):
            expected.append((line, row))
            line = reader.line_num + 1
    assert read(path)[1] == expected[1:]


def test_a_row_that_can_not_be_read_among_many(file):
    """Rows are read some hundred at a time: what stands before and behind the bad one is looked at all the same."""
    rows = ["Pay,1\n"] * 1500
    rows[3], rows[620], rows[700], rows[710], rows[1400] = (
        "Pay\n",
        'Ask,"a\nb"\n',
        'Pay,"1"x\n',
        "Pay,1,2\n",
        "Pay\n",
    )
    source, found = read(file("task,n\n" + "".join(rows)))
    assert len(found) == 1496 and found[-1] == (1502, ["Pay", "1"]) and (622, ["Ask", "a\nb"]) in found
    assert [line for line, _ in source.problems.first] == [5, 703, 713, 1403]


@given(content=st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_plain_error(tmp_path_factory, content):
    path = Path(tmp_path_factory.mktemp("any") / "rows.csv")
    path.write_bytes(content)
    try:
        source, rows = read(path)
    except UsageError as error:
        assert "\n" not in error.message
    else:
        assert all(len(row) == len(source.columns) for _, row in rows)


# --- what a person would stumble over -------------------------------------------------------------------------------


def test_lines_of_blanks_are_empty_lines_and_no_header(file):
    source, rows = read(file(" \n\t \ntask,n\nPay,1\n  \n , \nAsk,2\n"))
    assert source.columns == ("task", "n")
    assert rows == [(4, ["Pay", "1"]), (7, ["Ask", "2"])] and not source.problems.count


def test_empty_columns_behind_the_table_are_nothing(file):
    assert read(file("task,n\nPay,1,,\nAsk,2, \n"))[1] == [(2, ["Pay", "1"]), (3, ["Ask", "2"])]
    assert problems(file("task,n\nPay,1,,x\n"))[0][0] == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("title", ["Invoices of June", "Invoices of June{0}{0}", "\nInvoices\n"])
def test_a_title_above_the_names(file, delimiter, title):
    path = file(f"{title}\n\nnumber;vendor;amount\n1;a;2\n3;b;4\n".format(delimiter).replace(";", delimiter))
    line = title.count("\n") + 3
    with open_rows(path) as source:
        assert source.better_header() == (line, ["number", "vendor", "amount"])
    source, rows = read(path, header_row=line)
    assert source.columns == ("number", "vendor", "amount") and rows[0] == (line + 1, ["1", "a", "2"])
    assert source.options["header_row"] == str(line) and source.better_header() is None


def test_a_title_with_a_sep_line_counts_it(file):
    path = file("sep=;\nJune\nnumber;vendor\n1;a\n")
    assert read(path, header_row=3)[1] == [(4, ["1", "a"])]


@pytest.mark.parametrize("content", ["task\nPay, now\n", "task\nPay\nAsk\n", "a,b\n1,2\n", "1\n2,3\n"])
def test_no_title(file, content):
    with open_rows(file(content)) as source:
        assert source.better_header() is None or content == "task\nPay, now\n"


def test_a_header_row_that_is_not_there(file):
    assert "is empty from line 9 on" in refused(file("task\nPay\n"), header_row=9).message


def test_names_that_are_missing_in_a_title_row_point_at_the_names(file):
    error = refused(file(";June\nnumber;vendor;amount\n1;a;2\n"), delimiter=";")
    assert error.hint == "the names seem to be on line 2: --header-row 2"


def test_names_are_in_nfc(file):
    source, _ = read(file("Menge Ku\u0308hl,u\u0308\n1,2\n"))
    assert source.columns == ("Menge Kühl", "ü")


def test_three_delimiters_in_one_file(file):
    source, rows = read(file("task;a,b;c|d\nPay, now;1,5;x|y\n"))
    assert source.columns == ("task", "a,b", "c|d") and rows == [(2, ["Pay, now", "1,5", "x|y"])]


@pytest.mark.parametrize("option", ["sheet", "visible_only"])
def test_options_for_workbooks_only(file, option):
    value = "x" if option == "sheet" else True
    assert "is for .xlsx files; this is csv" in refused(file("task\nx\n"), **{option: value}).message


def test_two_readings_at_once_do_not_move_each_other(file):
    path = file("task,n\n" + "".join(f"Pay {'x' * 300},{n}\n" for n in range(20_000)))
    with open_rows(path) as source:
        assert all(one == other for one, other in zip(source._rows(), source._rows(), strict=True))
