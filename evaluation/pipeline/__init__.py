"""One evaluation as steps: plan, extract, compare, speed, score.

Each step is a function of its arguments that writes one file whole. The command line
runs them in a loop, a portal gives them to workers; the result is the same to the bit.
"""

from evaluation.pipeline.loop import RunProgress, run_evaluation
from evaluation.pipeline.plan import CompareShard, ExtractShard, Plan, plan_run
from evaluation.pipeline.score import card_sha256, comparable, score_run
from evaluation.pipeline.settings import RunSettings, StepOutput
from evaluation.pipeline.steps import compare_shard, extract_shard, measure_speed

__all__ = [
    "CompareShard",
    "ExtractShard",
    "Plan",
    "RunProgress",
    "RunSettings",
    "StepOutput",
    "card_sha256",
    "comparable",
    "compare_shard",
    "extract_shard",
    "measure_speed",
    "plan_run",
    "run_evaluation",
    "score_run",
]
