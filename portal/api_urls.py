"""Addresses of the API, version 1; one line per part, whose viewsets lie in its ``api.py``."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.accounts.api import PersonViewSet
from portal.comparison.api import ComparisonViewSet, ResultViewSet
from portal.comparison.claims.api import VerdictViewSet
from portal.comparison.leaderboard.api import LeaderboardViewSet
from portal.comparison.saved.api import SavedComparisonViewSet
from portal.core.api import AuditEventViewSet, DocsView, SchemaView
from portal.deployments.api import CalculationViewSet
from portal.deployments.field_api import FieldRecordViewSet
from portal.exploration.api import AnswerViewSet, CallViewSet, QuestionViewSet
from portal.home.activity.api import SupplierActivityViewSet
from portal.home.coverage.api import CoverageViewSet
from portal.home.search.api import SearchViewSet
from portal.roadmap.api import CapabilityViewSet, RoadmapItemViewSet
from portal.runs.api import EvaluationRunViewSet
from portal.submissions.api import SubmissionViewSet
from portal.suppliers.api import ProductViewSet, SupplierViewSet
from portal.suppliers.importing.api import SupplierImportViewSet
from portal.suppliers.parts.api import (
    ClaimViewSet,
    ContactViewSet,
    EvidenceViewSet,
    FrameworkViewSet,
    SiteViewSet,
    SourceViewSet,
)
from portal.testsets.api import TestSetViewSet

router = SimpleRouter()
router.register("people", PersonViewSet, basename="person")
router.register("audit-events", AuditEventViewSet, basename="audit-event")
router.register("suppliers", SupplierViewSet, basename="supplier")
router.register("calls", CallViewSet, basename="call")
router.register("call-questions", QuestionViewSet, basename="question")
router.register("answers", AnswerViewSet, basename="answer")
router.register("coverage", CoverageViewSet, basename="coverage")
router.register("search", SearchViewSet, basename="search")
router.register("supplier-imports", SupplierImportViewSet, basename="supplier-import")
router.register("supplier-activity", SupplierActivityViewSet, basename="supplier-activity")
router.register("products", ProductViewSet, basename="product")
router.register("contacts", ContactViewSet, basename="contact")
router.register("frameworks", FrameworkViewSet, basename="framework")
router.register("sites", SiteViewSet, basename="site")
router.register("sources", SourceViewSet, basename="source")
router.register("assurance-evidence", EvidenceViewSet, basename="evidence")
router.register("claims", ClaimViewSet, basename="claim")
router.register("claim-verdicts", VerdictViewSet, basename="claim-verdict")
router.register("test-sets", TestSetViewSet, basename="test-set")
router.register("submissions", SubmissionViewSet, basename="submission")
router.register("runs", EvaluationRunViewSet, basename="run")
router.register("roadmap-items", RoadmapItemViewSet, basename="roadmap-item")
router.register("capabilities", CapabilityViewSet, basename="capability")
router.register("results", ResultViewSet, basename="result")
router.register("comparisons", ComparisonViewSet, basename="comparison")
router.register("deployment-calculations", CalculationViewSet, basename="calculation")
router.register("field-records", FieldRecordViewSet, basename="field-record")
router.register("saved-comparisons", SavedComparisonViewSet, basename="saved-comparison")
router.register("leaderboards", LeaderboardViewSet, basename="leaderboard")

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    *router.urls,
]
