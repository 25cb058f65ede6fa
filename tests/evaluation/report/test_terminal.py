from evaluation.metrics.evidence import format_interval, format_rate
from evaluation.report import render_table
from evaluation.report.wording import threshold_text


def test_table_fits_a_terminal_and_ends_with_a_newline(result):
    text = render_table(result)

    assert text.endswith("\n")
    assert max(len(line) for line in text.splitlines()) <= 100
    assert all(line == line.rstrip() for line in text.splitlines())


def test_each_point_has_threshold_counts_and_interval_in_its_row(result):
    lines = render_table(result).splitlines()

    for verification in result.verification:
        for point in verification.operating_points:
            if point.fnmr is None:
                continue
            (row,) = [line for line in lines if f"  {threshold_text(point.threshold)}  " in line]
            assert format_rate(point.fnmr) in row
            assert format_interval(point.fnmr) in row


def test_targets_without_evidence_say_so(result):
    text = render_table(result)

    missing = [p for v in result.verification for p in v.operating_points if p.fnmr is None]
    assert text.count("not enough evidence") >= len(missing) > 0


def test_what_was_left_out_or_counted_as_an_error_is_said(result):
    text = render_table(result)

    assert "failure to enrol 2.50% (4 of 160)" in text
    assert text.count("(counted as non-matches)") == 2
    assert "at the supplier's threshold 0.300000: FMR " in text


def test_a_suppliers_text_cannot_steer_the_terminal(make_result):
    text = render_table(make_result(name="\x1b[2Jgone\r\n\x07"))

    assert "?[2Jgone" in text
    assert not any(ord(character) < 32 and character != "\n" for character in text)


def test_result_without_speed_says_so(result):
    text = render_table(result.model_copy(update={"throughput": ()}))

    assert text.endswith("Speed was not measured.\n")
