"""Every page of the portal, from its own table of addresses, with records of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from portal.core.access import access_of, may

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.accounts.models import Role
    from tests.journeys.world import World

PARTS = ("contact", "framework", "site", "source", "claim", "evidence")
NO_PAGES = {
    # writes without a page of their own
    "accounts:sign_out",
    "accounts:create_token",
    "accounts:revoke_token",
    "suppliers:supplier_restore",
    "suppliers:product_confirm",
    "testsets:testset_use",
    "runs:queue_missing",
    # parts of pages
    "runs:run_progress",
    "runs:queue_fragment",
    "submissions:submission_progress",
    # files and machine-readable answers
    "comparison:model_groups_csv",
    "home:market_csv",
    "home:coverage_csv",
    "comparison:claim_list_csv",
    "comparison:compare_csv",
    "comparison:compare_chart",
    "comparison:compare_pdf",
    "comparison:leaderboard_csv",
    "comparison:profile_csv",
    "comparison:versions_csv",
    "comparison:model_list_csv",
    "comparison:task_models_csv",
    "deployments:calculator_csv",
    "deployments:record_csv",
    "comparison:thresholds_csv",
    "suppliers:supplier_csv",
    "suppliers:import_template",
    "roadmap:item_csv",
    "core:health_live",
    "core:health_ready",
    "core:metrics",
}


def pages(world: World) -> dict[str, str]:
    """Return the address of every page by its name.

    A new address without an entry here raises NoReverseMatch: decide how it is visited.
    """
    plain = {
        name: reverse(name, kwargs=arguments_of(name, world))
        for name in names()
        if name not in NO_PAGES
    }
    compared = [world.result.submission_id, world.other_result.submission_id]
    chosen = "&".join(f"model={pk}" for pk in compared)
    return plain | {"comparison:compare, two models": f"{plain['comparison:compare']}?{chosen}"}


def pages_of(world: World, role: Role) -> dict[str, str]:
    """Return the pages that a role opens: within its rights, and with something to show."""
    client = Client()
    client.force_login(world.people[role])
    return {
        name: address
        for name, address in pages(world).items()
        if may(world.people[role], access_of(resolve(address.partition("?")[0]).func).needs)
        # a record of somebody else, or nothing to decide on it
        and client.get(address).status_code not in (302, 403, 404, 405, 409)
    }


def names() -> Iterator[str]:
    for namespace, pattern in _walk(get_resolver().url_patterns):
        if namespace != "api" and pattern.name:
            yield f"{namespace}:{pattern.name}"


def _walk(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, pattern.namespace or namespace)
        else:
            yield namespace, pattern


def arguments_of(name: str, world: World) -> dict[str, Any]:
    """Return what a page's address needs."""
    submission = world.result.submission
    of_product = {"supplier": world.supplier.slug, "product": submission.product.slug}
    known: dict[str, dict[str, Any]] = {
        "accounts:person_detail": {"pk": world.people["official"].pk},
        "home:supplier_activity": {"slug": world.supplier.slug},
        "suppliers:supplier_create": {},
        "suppliers:import_create": {},
        "suppliers:import_detail": {"pk": world.brought.pk},
        "suppliers:supplier_list": {},
        "suppliers:product_detail": of_product,
        "suppliers:evidence_create": of_product,
        "suppliers:claim_create": of_product,
        "suppliers:product_edit": of_product,
        "testsets:testset_detail": {"slug": world.result.test_set.slug},
        "submissions:submission_detail": {"pk": submission.pk},
        "submissions:submission_withdraw": {"pk": submission.pk},
        "submissions:submission_retry": {"pk": submission.pk},
        "comparison:task_models": {"task": "pad"},
        "comparison:task_models_csv": {"task": "pad"},
        "deployments:record_detail": {"pk": world.field.pk},
        "deployments:record_edit": {"pk": world.field.pk},
        "deployments:record_remove": {"pk": world.field.pk},
        "comparison:saved_edit": {"pk": world.saved.pk},
        "comparison:saved_remove": {"pk": world.saved.pk},
        "comparison:model_detail": {"submission": submission.pk},
        "comparison:model_groups": {"submission": submission.pk},
        "comparison:versions": {"product": submission.product_id},
        "comparison:thresholds": {"submission": submission.pk},
        "roadmap:item_detail": {"slug": world.item.slug},
        "roadmap:item_edit": {"slug": world.item.slug},
        "runs:run_detail": {"pk": world.result.pk},
        "runs:run_cancel": {"pk": world.running.pk},
        "runs:run_retry": {"pk": world.failed.pk},
        "runs:run_preview": {"pk": world.unreleased.pk},
        "runs:run_release": {"pk": world.unreleased.pk},
        "runs:run_withhold": {"pk": world.result.pk},
    }
    if name.startswith("exploration:answer_") and name != "exploration:answer_create":
        return {"pk": world.answer.pk}
    if name in ("exploration:question_edit", "exploration:question_remove"):
        return {"pk": world.draft.questions.get().pk}
    if name.startswith("exploration:") and name not in (
        "exploration:call_list",
        "exploration:call_create",
    ):
        is_of_draft = name in ("exploration:call_open", "exploration:question_create")
        return {"slug": (world.draft if is_of_draft else world.call).slug}
    of_supplier = name.startswith("suppliers:")
    part, _, does = name.removeprefix("suppliers:").partition("_")
    if of_supplier and part in PARTS and does in ("edit", "remove"):
        return {"pk": getattr(world, part).pk}
    return known.get(name, {"slug": world.supplier.slug} if of_supplier else {})
