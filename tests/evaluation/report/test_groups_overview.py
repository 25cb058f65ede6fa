"""Oracles: rows put together by hand from what the result says of each division."""

from evaluation.report.parts import best_differentials, parts_of
from evaluation.report.parts.groups_overview import HEADING, group_parts


def test_every_division_has_a_row_for_each_rate_and_a_part_of_its_own(result):
    pairs, searches = best_differentials(result), result.search_differentials
    overview, *each = group_parts(pairs, searches)
    (table,) = overview.tables

    assert (overview.heading, overview.name) == (HEADING, "")
    assert [part.heading for part in each] == [HEADING] * (len(pairs) + len(searches))
    assert [part.name for part in each][: len(pairs)] == [
        f"By {' and '.join(one.attributes).replace('_', ' ')}" for one in pairs
    ]
    measured = sum(bool(one.thresholds) for one in (*pairs, *searches))
    unshown = overview.notes[-1].partition("side by side in: ")[2].rstrip(".").split("; ")
    assert len(table.rows) + len(unshown) == 2 * measured
    assert all(row[2] and row[3] for row in table.rows)
    assert not {f"{rate} by {name}" for name, rate, *_ in table.rows} & set(unshown)
    assert len({(row[0], row[1]) for row in table.rows}) == len(table.rows)


def test_the_ends_are_the_groups_with_the_smallest_and_largest_rate(result):
    found = next(one for one in best_differentials(result) if one.attributes == ("sex",))
    rows = {row[1]: row for row in group_parts([found], [])[0].tables[0].rows}
    strictest = [
        at for at in found.thresholds if at.target_fmr is not None and at.fnmr.measures is not None
    ][-1]
    rates = {group.group: group.fnmr for group in strictest.groups}
    low, high = sorted(rates, key=lambda name: rates[name].value)

    assert rows["FNMR"][2].endswith(f"({rates[low].errors} of {rates[low].trials:,}), {low}")
    assert rows["FNMR"][3].endswith(f"({rates[high].errors} of {rates[high].trials:,}), {high}")


def test_a_difference_is_named_and_its_absence_is_said(result):
    found = next(one for one in best_differentials(result) if one.attributes == ("sex",))
    at = found.thresholds[0]
    compared = at.fnmr.against_lowest[0]

    def with_verdict(verdict):
        changed = compared.model_copy(update={"verdict": verdict})
        fnmr = at.fnmr.model_copy(update={"against_lowest": (changed,)})
        fmr = at.fmr.model_copy(update={"against_lowest": ()})
        only = at.model_copy(update={"fnmr": fnmr, "fmr": fmr})
        (overview, _) = group_parts([found.model_copy(update={"thresholds": (only,)})], [])
        return overview

    differs, alike = with_verdict("differs"), with_verdict("not_separable")
    unknown = with_verdict("not_enough_evidence")
    assert differs.notes[0] == f"Beyond chance, these differ: FNMR by sex ({compared.group})."
    assert differs.tables[0].rows[0][4] == "Differs"
    assert alike.notes[0].startswith("Where there is enough evidence, no difference")
    assert unknown.notes[0] == "There is not enough evidence in this test to tell groups apart."
    assert [row[4] for row in alike.tables[0].rows] == ["Not separable", "Not enough evidence"]


def test_searches_are_named_only_where_it_is_in_question_which_were_counted(result):
    pairs, searches = best_differentials(result), result.search_differentials
    other = [one.model_copy(update={"title": "Other searches"}) for one in searches]

    alone = group_parts([], searches)[0].tables[0].rows
    two_kinds = group_parts([], [*searches, *other])[0].tables[0].rows
    below_pairs = group_parts(pairs, searches)[0].tables[0].rows

    assert not any(searches[0].title in row[0] for row in alone)
    assert {row[0].rpartition(", ")[2] for row in two_kinds} == {
        searches[0].title, "Other searches"
    }  # fmt: skip
    assert sum(searches[0].title in row[0] for row in below_pairs) == len(alone)


def test_a_result_without_divisions_has_no_such_heading(result):
    bare = result.model_copy(update={"differentials": (), "search_differentials": ()})

    assert group_parts([], []) == []
    assert HEADING not in {part.heading for part in parts_of(bare)}
