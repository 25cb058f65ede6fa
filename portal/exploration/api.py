"""Calls, questions, answers and assessments over the API: what their pages can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.exploration import answers, calls, selectors
from portal.exploration.models import Answer, Assessment, Call, Question
from portal.roadmap.models import Capability
from portal.suppliers.serializers import ProductSerializer, SupplierField

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.serializers import BaseSerializer

    from portal.core.requests import SignedInApiRequest

METHODS = ["get", "post", "patch", "delete", "head", "options"]


class CallField(serializers.SlugRelatedField[Call]):
    """A call by its slug, among those that the caller may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Call.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Call]:
        return selectors.calls_visible_to(self.context["request"].user)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    call = CallField()
    choices = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=20
    )

    class Meta:
        model = Question
        fields: ClassVar = ["id", "call", *calls.QUESTION, "order"]
        read_only_fields: ClassVar = ["order"]


class CallSerializer(serializers.ModelSerializer[Call]):
    capability = serializers.SlugRelatedField(
        slug_field="slug", queryset=Capability.objects.all(), allow_null=True, required=False
    )
    state = serializers.SerializerMethodField()
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Call
        fields: ClassVar = ["slug", *calls.CALL, "state", "questions", "opened_at", "closed_at"]
        read_only_fields: ClassVar = ["slug", "opened_at", "closed_at"]

    def get_state(self, call: Call) -> str:
        return call.state(timezone.localdate())


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    call = CallField()
    supplier = SupplierField()
    state = serializers.CharField(read_only=True)
    replies = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=answers.LONGEST_REPLY),
        required=False,
        help_text="the number of a question -> what is answered",
    )
    version = serializers.IntegerField(
        required=False, help_text="of the answer that a change was made from"
    )

    class Meta:
        model = Answer
        fields: ClassVar = ["id", "call", "supplier", "state", *answers.OFFERED, "replies",
                            "version", "product", "submitted_at", "updated_at"]  # fmt: skip
        read_only_fields: ClassVar = ["product", "submitted_at"]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    by = serializers.EmailField(source="by.email", read_only=True)

    class Meta:
        model = Assessment
        fields: ClassVar = ["by", *answers.MARKS, "updated_at"]


class CallViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[Call]
):
    """Calls to the market; suppliers see those that have been opened."""

    request: SignedInApiRequest
    serializer_class = CallSerializer
    lookup_field = "slug"
    http_method_names = METHODS
    rights: ClassVar = dict.fromkeys(("list", "retrieve"), "exploration.view") | dict.fromkeys(
        ("create", "partial_update", "open", "close"), "exploration.manage"
    )

    def get_queryset(self) -> QuerySet[Call]:
        return selectors.calls_visible_to(self.request.user).prefetch_related("questions__call")

    def perform_create(self, serializer: BaseSerializer[Call]) -> None:
        serializer.instance = calls.save_call(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Call]) -> None:
        serializer.instance = calls.save_call(
            call=self.get_object(), by=self.request.user, **serializer.validated_data
        )

    @extend_schema(request=None, responses=CallSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: SignedInApiRequest, slug: str) -> Response:
        """Let suppliers see a draft and answer it."""
        call = calls.open_call(call=self.get_object(), by=request.user)
        return Response(self.get_serializer(call).data)

    @extend_schema(request=None, responses=CallSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: SignedInApiRequest, slug: str) -> Response:
        """End a call before its last day."""
        call = calls.close_call(call=self.get_object(), by=request.user)
        return Response(self.get_serializer(call).data)


class QuestionViewSet(viewsets.ModelViewSet[Question]):
    """Questions of calls; they change while the call is a draft."""

    request: SignedInApiRequest
    queryset = Question.objects.select_related("call")
    serializer_class = QuestionSerializer
    http_method_names = METHODS
    rights: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy"), "exploration.manage"
    )

    def perform_create(self, serializer: BaseSerializer[Question]) -> None:
        entered = dict(serializer.validated_data)
        call = entered.pop("call")
        serializer.instance = calls.save_question(call=call, by=self.request.user, **entered)

    def perform_update(self, serializer: BaseSerializer[Question]) -> None:
        question = self.get_object()
        entered = {key: v for key, v in serializer.validated_data.items() if key != "call"}
        serializer.instance = calls.save_question(
            call=question.call, question=question, by=self.request.user, **entered
        )

    def perform_destroy(self, instance: Question) -> None:
        calls.remove_question(question=instance, by=self.request.user)


class AnswerViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet[Answer]
):
    """Answers to calls: a supplier's own; for government those that were submitted to it."""

    request: SignedInApiRequest
    serializer_class = AnswerSerializer
    http_method_names = METHODS
    rights: ClassVar = (
        dict.fromkeys(("list", "retrieve"), "exploration.view")
        | dict.fromkeys(("create", "partial_update", "submit", "withdraw"), "exploration.answer")
        | dict.fromkeys(("assess", "assessments", "take_up"), "exploration.manage")
    )

    def get_queryset(self) -> QuerySet[Answer]:
        return selectors.answers_visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[Answer]) -> None:
        serializer.instance = answers.save_answer(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Answer]) -> None:
        answer = self.get_object()
        whose = ("call", "supplier")
        entered = {key: v for key, v in serializer.validated_data.items() if key not in whose}
        serializer.instance = answers.save_answer(
            call=answer.call,
            supplier=answer.supplier,
            answer=answer,
            by=self.request.user,
            **entered,
        )

    @extend_schema(request=None, responses=AnswerSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: SignedInApiRequest, pk: str) -> Response:
        """Give a draft to JSaRC."""
        answer = answers.submit_answer(answer=self.get_object(), by=request.user)
        return Response(self.get_serializer(answer).data)

    @extend_schema(request=None, responses=AnswerSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: SignedInApiRequest, pk: str) -> Response:
        """Take a submitted answer back."""
        answer = answers.withdraw_answer(answer=self.get_object(), by=request.user)
        return Response(self.get_serializer(answer).data)

    @extend_schema(request=AssessmentSerializer, responses=AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def assess(self, request: SignedInApiRequest, pk: str) -> Response:
        """Record the caller's judgement of an answer, or change the one they gave."""
        entered = AssessmentSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        given = answers.assess(answer=self.get_object(), by=request.user, **entered.validated_data)
        return Response(AssessmentSerializer(given).data)

    @extend_schema(responses=AssessmentSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def assessments(self, request: SignedInApiRequest, pk: str) -> Response:
        """Read what JSaRC made of an answer."""
        given = self.get_object().assessments.select_related("by")
        return Response(AssessmentSerializer(given, many=True).data)

    @extend_schema(request=None, responses=ProductSerializer)
    @action(detail=True, methods=["post"])
    def take_up(self, request: SignedInApiRequest, pk: str) -> Response:
        """Make a candidate product of an answer."""
        product = answers.take_up(answer=self.get_object(), by=request.user)
        return Response(ProductSerializer(product, context=self.get_serializer_context()).data)
