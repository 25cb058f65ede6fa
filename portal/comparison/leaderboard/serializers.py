"""The shapes in which the API gives leaderboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers

from portal.comparison.leaderboard.profile_words import profile_summary
from portal.comparison.leaderboard.words import summary
from portal.runs.models import Measurement

if TYPE_CHECKING:
    from portal.comparison.leaderboard.board import Board
    from portal.comparison.leaderboard.changes import Changes
    from portal.comparison.leaderboard.forms import WeightsForm
    from portal.comparison.leaderboard.profile_board import ProfileBoard


class RateSerializer(serializers.ModelSerializer[Measurement]):
    """A proportion in [0, 1] with its 95% interval and its counts."""

    class Meta:
        model = Measurement
        fields: ClassVar = ["value", "low", "high", "errors", "trials", "evidence"]


class ModelSerializer(serializers.Serializer[Any]):
    """A model version and the result that is shown of it."""

    result = serializers.UUIDField(source="run.pk")
    model_id = serializers.UUIDField(source="run.submission_id")
    supplier = serializers.CharField(source="run.submission.product.supplier.legal_name")
    product_id = serializers.UUIDField(source="run.submission.product_id")
    product = serializers.CharField(source="run.submission.product.name")
    version = serializers.CharField(source="run.submission.version")


class ModelAtSerializer(ModelSerializer):
    rate = RateSerializer(allow_null=True)


class RankedSerializer(ModelAtSerializer):
    best_rank = serializers.IntegerField()
    worst_rank = serializers.IntegerField(help_text="More than best_rank where models are tied.")
    group = serializers.IntegerField(
        allow_null=True, help_text="Not separable from the group's best at 95%; from 1."
    )
    share_of_draws_first = serializers.FloatField(source="first", allow_null=True)
    drawn_ranks = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Middle 95% of the ranks in the draws.",
    )
    earlier_versions = serializers.IntegerField(source="n_earlier")


class LeftOutSerializer(ModelAtSerializer):
    reason = serializers.CharField()


class ChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["entered", "left", "moved"])
    what = serializers.CharField()


class LeaderboardSerializer(serializers.Serializer[Any]):
    test_set = serializers.CharField(allow_null=True, default=None)
    protocol = serializers.CharField(allow_null=True, default=None)
    target = serializers.FloatField(allow_null=True, default=None)
    gallery_size = serializers.IntegerField(allow_null=True, default=None)
    operating_point = serializers.CharField(default="")
    summary = serializers.CharField(default="")
    ranked_at = serializers.DateTimeField(allow_null=True, default=None)
    why_no_groups = serializers.CharField(
        default="", help_text="Why it is not said which differences are real, if it is not."
    )
    models = RankedSerializer(many=True, default=list)
    not_ranked = LeftOutSerializer(many=True, default=list)
    earlier_versions = LeftOutSerializer(many=True, default=list)
    changed = serializers.CharField(default="")
    changes = ChangeSerializer(many=True, default=list)


class VersionSerializer(ModelAtSerializer):
    is_withdrawn = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()
    against_the_version_before = serializers.CharField(source="against_older")
    difference = serializers.JSONField(
        allow_null=True,
        help_text="Paired difference in the rate, a PairedDifference of the comparison's schema.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        difference = instance.difference
        return shown | {"difference": difference and difference.model_dump(mode="json")}


class WeighedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(source="measure.key")
    words = serializers.CharField()
    weight = serializers.FloatField(help_text="All weights sum to 1.")


class FigureSerializer(RateSerializer):
    class Meta(RateSerializer.Meta):
        fields: ClassVar = ["metric", "condition", "target", *RateSerializer.Meta.fields]


class ScoredSerializer(ModelSerializer):
    index = serializers.FloatField(help_text="100 for a model that is best in every measure.")
    share_of_draws_first = serializers.FloatField(source="first", allow_null=True)
    drawn_ranks = serializers.ListField(
        source="ranks",
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Middle 95% of the ranks in the draws.",
    )
    figures = FigureSerializer(many=True, help_text="In the order of the measures.")


class ProfileSerializer(serializers.Serializer[Any]):
    use_case = serializers.CharField(allow_null=True, default=None)
    test_set = serializers.CharField(allow_null=True, default=None)
    protocol = serializers.CharField(allow_null=True, default=None)
    target = serializers.FloatField(allow_null=True, default=None)
    measures = WeighedSerializer(many=True, default=list)
    problems = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="With the weights that were asked for; the default ones took their place.",
    )
    summary = serializers.CharField(default="")
    why_no_ranks = serializers.CharField(default="")
    models = ScoredSerializer(many=True, default=list)
    not_ranked = LeftOutSerializer(many=True, default=list)


def profile_of(weights: WeightsForm | None, board: ProfileBoard | None) -> dict[str, Any]:
    """Return what the API gives of a weighted profile; nothing without any result."""
    if weights is None or board is None:
        return {}
    return {
        "use_case": board.use_case,
        "test_set": board.basis.test_set.slug,
        "protocol": board.basis.protocol.name,
        "target": board.basis.target,
        "measures": board.weighed,
        "problems": [link.text for link in weights.error_links()],
        "summary": profile_summary(board),
        "why_no_ranks": board.why_no_ranks,
        "models": board.rows,
        "not_ranked": board.left_out,
    }


def leaderboard_of(board: Board, changes: Changes) -> dict[str, Any]:
    """Return what the API gives of a leaderboard."""
    return {
        "test_set": board.basis.test_set.slug,
        "protocol": board.basis.protocol.name,
        "target": board.point.target,
        "gallery_size": board.basis.protocol.gallery_size,
        "operating_point": board.point.words,
        "summary": summary(board),
        "ranked_at": board.ranking and board.ranking.made_at,
        "why_no_groups": board.why_no_groups,
        "models": board.rows,
        "not_ranked": board.left_out,
        "earlier_versions": board.earlier,
        "changed": changes.line,
        "changes": changes.every,
    }
