"""Results with the evidence beside them that tells models apart."""

from evaluation.ranking import save_evidence
from portal.comparison.paired import evidence_file
from portal.runs.models import EvaluationRun
from tests.evaluation.made_evidence import make_evidence
from tests.portal.comparison.results import make_result


def measured(test_set, product, *, seed, skill, number, evidence=True):
    """A released result whose evidence lies beside it."""
    kept = make_evidence(product, seed, skill, replicates=400) if evidence else None
    return kept_beside(make_result(product=product, test_set=test_set), kept, number)


def kept_beside(run, evidence, number):
    """Say where the result of a run lies, and put the evidence beside it."""
    where = {"result_file": f"runs/{number}/result.a2.json", "result_sha256": f"{number:064}"}
    EvaluationRun.objects.filter(pk=run.pk).update(**where)
    run.refresh_from_db()
    if evidence:
        path = evidence_file(run)
        path.parent.mkdir(parents=True)
        save_evidence(path, evidence)
    return run
