"""Oracles: sections made by hand, whose counts and names must stand in the part's words."""

from evaluation import results
from evaluation.metrics.rates import independent_rate
from evaluation.report.parts import best_differentials, parts_of
from evaluation.report.parts.identification import identification_part
from evaluation.report.parts.live import live_part
from evaluation.report.parts.presentation_attack import presentation_attack_part
from evaluation.report.parts.quality import quality_part
from evaluation.report.parts.robustness import robustness_part
from evaluation.report.parts.thresholds import thresholds_part
from evaluation.results import Evidence, figures_of
from evaluation.results.identification import CumulativeMatch, ExtrapolatedPoint, Extrapolation
from evaluation.results.presentation_attack import (
    AttackPoint,
    DetectionErrorTradeoff,
    LivenessHistogram,
    SpeciesErrors,
)
from evaluation.results.quality import DiscardArea, DiscardPoint, QualityPoint


def words_of(part):
    cells = [cell for table in part.tables for row in table.rows for cell in row]
    return " | ".join(
        [part.title, *(value for _, value in part.facts), *cells]
        + [table.caption for table in part.tables]
    )


def attacks():
    none = AttackPoint(target_apcer=0.01, evidence=Evidence.NOT_ENOUGH)
    some = AttackPoint(
        target_apcer=0.1,
        evidence=Evidence.INDICATIVE,
        threshold=0.61,
        species="replay",
        apcer=independent_rate(4, 60),
        bpcer=independent_rate(7, 80),
    )
    return results.PresentationAttackResult(
        protocol="attacks",
        title="Made-up attacks",
        n_bona_fide=80,
        n_attacks=120,
        n_subjects=80,
        threshold=0.5,
        is_recommended=False,
        worst_species="replay",
        apcer=independent_rate(9, 60),
        bpcer=independent_rate(5, 80),
        acer=0.10625,
        pooled_apcer=independent_rate(10, 120),
        pooled_acer=0.0729,
        bpnrr=independent_rate(0, 80),
        species=tuple(
            SpeciesErrors(
                species=name,
                apcer=independent_rate(errors, 60),
                apnrr=independent_rate(0, 60),
            )
            for name, errors in (("print", 1), ("replay", 9))
        ),
        operating_points=(none, some),
        pooled_points=(none,),
        eer=0.08,
        auc=0.97,
        det=DetectionErrorTradeoff(
            threshold=(0.1, 0.9), apcer=(0.9, 0.1), pooled_apcer=(0.8, 0.1), bpcer=(0.0, 0.4)
        ),
        scores=LivenessHistogram(edges=(0.0, 1.0), bona_fide=(80,), attack=(120,)),
    )


def quality():
    point = QualityPoint(
        target_fmr=0.01,
        evidence=Evidence.INDICATIVE,
        threshold=0.31,
        points=tuple(
            DiscardPoint(
                discard=share,
                discarded=discarded,
                fnmr=independent_rate(errors, 500 - discarded),
            )
            for share, discarded, errors in ((0.0, 0, 40), (0.2, 100, 11))
        ),
        curve_discard=(0.0, 0.2),
        curve_fnmr=(0.08, 0.0275),
        areas=(DiscardArea(up_to=0.2, area=0.05, best=0.01, normalised=0.57),),
    )
    return results.QualityResult(
        protocol="quality",
        title="Made-up quality",
        base="pairs",
        recogniser="reference 1",
        n_mated=500,
        n_non_mated=500,
        n_subjects=300,
        n_without_quality=2,
        points=(point,),
    )


def test_every_printable_target_has_its_threshold_with_an_interval(make_result):
    result = make_result()
    part = thresholds_part(result.verification)
    for one, table in zip(result.verification, part.tables, strict=True):
        for point, row in zip(one.operating_points, table.rows, strict=False):
            assert (point.threshold is None) == (row[3] == "not enough evidence")
            if point.threshold_low is not None and point.threshold_high is not None:
                low, high = (float(text) for text in row[2].split(" to "))
                assert low <= float(row[1]) <= high
        assert table.rows[-1][0] == "Supplier's own"
        assert (
            f"({one.recommended.fmr.errors:,} of {one.recommended.fmr.trials:,})"
            in table.rows[-1][3]
        )
    assert any(" to " in row[2] for table in part.tables for row in table.rows)


def test_each_species_stands_with_its_counts_and_the_worst_first_of_all():
    part = presentation_attack_part(attacks())
    words = words_of(part)
    for expected in ("(1 of 60)", "(9 of 60)", "(10 of 120)", "(5 of 80)", "for want of"):
        assert expected in words
    assert dict(part.facts)["APCER of the worst species"].endswith("(9 of 60), replay")


def test_a_target_that_attacks_are_too_few_for_says_so_and_names_the_species_elsewhere():
    of_worst = presentation_attack_part(attacks()).tables[1]
    assert "not enough evidence" in of_worst.rows[0]
    assert of_worst.rows[1][2].endswith("(4 of 60), replay")
    assert of_worst.muted == (True, True)


def test_what_discarding_saves_stands_with_the_comparisons_that_are_left():
    part = quality_part(quality())
    words = words_of(part)
    for expected in ("(40 of 500)", "(11 of 400)", "reference 1", "0.570"):
        assert expected in words
    assert part.charts[0].series[0].y == (0.08, 0.0275)


def test_a_result_shows_every_section_and_groups_of_one_protocol(make_result):
    result = make_result().model_copy(
        update={"presentation_attack": (attacks(),), "quality": (quality(),)}
    )
    parts = parts_of(result)
    titles = [part.title for part in parts]
    assert "Presentation attacks: Made-up attacks" in titles
    assert "Image quality: Made-up quality" in titles
    sections = (
        *result.identification, *result.live, *result.robustness, *result.quality,
        *result.presentation_attack, *result.detection, *best_differentials(result),
            *result.search_differentials,
    )  # fmt: skip
    assert len(parts) == len(sections) + 3, "the thresholds, the overview of groups and the speed"


def test_groups_are_shown_on_the_protocol_with_the_most_non_mated_comparisons(make_result):
    result = make_result()
    shown = best_differentials(result)
    assert len({one.protocol for one in shown}) == 1
    strongest = max(result.verification, key=lambda one: one.n_non_mated).protocol
    assert {one.protocol for one in shown} == {strongest}


def test_groups_in_searches_stand_with_their_counts_at_one_threshold_for_all(result):
    (found,) = result.search_differentials
    at = found.thresholds[0]
    title = "Groups by build in searches: Searches"
    (part,) = [part for part in parts_of(result) if part.title == title]
    groups = part.tables[0]
    assert groups.caption.endswith("at the threshold for FPIR 10% over everybody, rank 1")
    for row, group in zip(groups.rows, at.groups, strict=True):
        assert row[0] == group.group
        assert f"({group.fpir.errors} of {group.fpir.trials})" in row[3]
        assert f"({group.fnir.errors} of {group.fnir.trials})" in row[5]
    assert groups.muted == (True, True), "rates on fewer than 30 errors are indicative"
    captions = [table.caption for table in part.tables]
    (without,) = [t for t in part.tables if t.caption.endswith("group without a threshold, rank 1")]
    assert "FPIR" not in without.columns, "everybody is returned where there is no threshold"
    assert len(set(captions)) == len(captions)


def test_measures_of_groups_are_as_weak_as_the_weakest_rate_in_them(result):
    figures = list(figures_of(result))
    for found in result.search_differentials:
        for at in found.thresholds:
            if at.fpir.measures is None:
                continue
            weak = any(group.fpir.evidence is Evidence.INDICATIVE for group in at.groups)
            (gini,) = [
                figure
                for figure in figures
                if figure.metric == "group_fpir_gini"
                and (figure.target, figure.threshold) == (at.target_fpir, at.threshold)
            ]
            assert gini.evidence is (Evidence.INDICATIVE if weak else Evidence.SUFFICIENT)


def test_the_suppliers_threshold_is_told_with_the_fmr_that_it_really_gives(make_result):
    one = make_result().verification[0]
    (table,) = thresholds_part((one,)).tables
    (without,) = thresholds_part((one.model_copy(update={"recommended": None}),)).tables

    assert f"({one.recommended.fmr.errors:,} of {one.recommended.fmr.trials:,})" in table.note
    assert "95% interval" in table.note
    assert without.note == "The supplier recommends no threshold."
    assert len(without.rows) == len(table.rows) - 1


def test_galleries_that_nothing_is_known_of_are_a_sentence_and_no_table(result):
    (found,) = result.identification
    size = {"gallery_size": 1000, "measured_target": 0.001, "fmr": 1e-5}
    point = ExtrapolatedPoint(**size, evidence=Evidence.NOT_ENOUGH)
    known = point.model_copy(update={"threshold": 0.5, "evidence": Evidence.INDICATIVE})
    targets = {0.01: (point, point), 0.1: (point, known), 0.001: (point,)}
    extrapolated = tuple(
        Extrapolation(
            target_fpir=target, measured_gallery_size=9, largest_gallery_size=1, points=points
        )
        for target, points in targets.items()
    )
    part = identification_part(found.model_copy(update={"extrapolated": extrapolated}))

    tables = [table for table in part.tables if table.caption.startswith("Extrapolated")]
    assert [len(table.rows) for table in tables] == [2]
    assert part.notes[-1].endswith("larger galleries at FPIR 1% and 0.1%.")


def test_mates_that_always_come_first_are_counted_and_not_called_certain(result):
    (found,) = result.identification
    match = CumulativeMatch(searches=320, found=(320,))
    gallery = found.galleries[-1].model_copy(update={"cumulative_match": match})
    part = identification_part(found.model_copy(update={"galleries": (gallery,)}))

    (chart,) = [chart for chart in part.charts if "CMC" in chart.title]
    assert chart.sentence.endswith(
        f"Of {gallery.gallery_size} people it comes first in 320 of 320 searches."
    )
    assert "100" not in chart.sentence


def test_passages_with_an_alert_are_the_rest_of_those_missed_and_never_all(result):
    (found,) = result.live
    watchlist = found.watchlists[-1]
    point = next(one for one in watchlist.operating_points if one.fnir is not None)

    def alerted(errors):
        fnir = independent_rate(errors, 40)
        points = (point.model_copy(update={"fnir": fnir}),)
        lists = (watchlist.model_copy(update={"operating_points": points, "recommended": None}),)
        table = live_part(found.model_copy(update={"watchlists": lists})).tables[0]
        return table.rows[0][table.columns.index("Alerted (TPIR)")]

    assert alerted(10) == "75.00%"
    assert alerted(0).startswith("≥ ")
    assert alerted(0) != "≥ 100.00%"


def test_every_step_of_the_conditions_is_shown_at_one_threshold_alone(result):
    (found,) = result.robustness
    part = robustness_part(found)
    captions = [table.caption for table in part.tables]

    assert sum(caption.startswith("Every step") for caption in captions) == 1
    assert sum(caption.startswith("Where misses double") for caption in captions) >= 1
