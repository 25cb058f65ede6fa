"""Every address of the portal, opened by every role, against one table written by hand.

302: sent to sign-in, or sent on after being served · 401: the API asks for a token · 403: the role
lacks the right · 404: the record is not theirs to see · 405: open to the role, but only by POST ·
400 and 409: let through, then refused for what was sent; 415: let through, but it takes a file,
not JSON.
"""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from portal.accounts.models import Role
from portal.accounts.rights import RIGHTS
from portal.core.access import PUBLIC, SIGNED_IN, access_of, api_rights_of
from portal.runs.models import ReleaseState, RunState
from tests.portal import builders
from tests.portal.addresses import all_addresses

pytestmark = pytest.mark.django_db

# The record behind an address belongs to "own"; "other" is another supplier's person.
ROLES = ("anonymous", "own", "other", "jsarc", "official", "administrator")
EXPECTED = {
    # address                      anonymous own other jsarc official administrator
    "home:home":                          "302 200 200 200 200 200",
    "core:health_live":                   "200 200 200 200 200 200",
    "core:health_ready":                  "200 200 200 200 200 200",
    "core:metrics":                       "401 403 403 200 403 200",
    "core:audit_list":                    "302 403 403 403 403 200",
    "accounts:sign_in":                   "200 302 302 302 302 302",
    "accounts:sign_out":                  "405 405 405 405 405 405",
    "accounts:account":                   "302 200 200 200 200 200",
    "accounts:change_password":           "302 200 200 200 200 200",
    "accounts:create_token":              "302 405 405 405 405 405",
    "accounts:revoke_token":              "302 405 405 405 405 405",
    "accounts:person_list":               "302 403 403 403 403 200",
    "accounts:person_create":             "302 403 403 403 403 200",
    "accounts:person_detail":             "302 403 403 403 403 200",
    "suppliers:supplier_list":            "302 200 200 200 200 200",
    "suppliers:supplier_csv":             "302 200 200 200 200 200",
    "suppliers:supplier_create":          "302 403 403 200 403 403",
    "suppliers:supplier_detail":          "302 200 404 200 200 200",
    "suppliers:supplier_edit":            "302 200 404 200 403 403",
    "suppliers:supplier_archive":         "302 403 403 200 403 403",
    "suppliers:supplier_restore":         "302 403 403 405 403 403",
    "suppliers:contact_create":           "302 200 404 200 403 403",
    "suppliers:contact_edit":             "302 200 404 200 403 403",
    "suppliers:contact_remove":           "302 200 404 200 403 403",
    "suppliers:framework_create":         "302 200 404 200 403 403",
    "suppliers:framework_edit":           "302 200 404 200 403 403",
    "suppliers:framework_remove":         "302 200 404 200 403 403",
    "suppliers:site_create":              "302 200 404 200 403 403",
    "suppliers:site_edit":                "302 200 404 200 403 403",
    "suppliers:site_remove":              "302 200 404 200 403 403",
    "suppliers:source_create":            "302 403 403 200 403 403",
    "suppliers:source_edit":              "302 403 403 200 403 403",
    "suppliers:source_remove":            "302 403 403 200 403 403",
    "home:coverage":                      "302 403 403 200 200 403",
    "home:coverage_csv":                  "302 403 403 200 200 403",
    "home:search":                        "302 200 200 200 200 200",
    "home:supplier_activity":             "302 200 404 200 200 200",
    "suppliers:supplier_merge":           "302 403 403 200 403 403",
    "suppliers:import_create":            "302 403 403 200 403 403",
    "suppliers:import_template":          "302 403 403 200 403 403",
    "suppliers:import_detail":            "302 403 403 200 403 403",
    "suppliers:supplier_research":        "302 403 403 200 403 403",
    "suppliers:product_create":           "302 200 404 200 403 403",
    "suppliers:product_detail":           "302 200 404 200 200 200",
    "suppliers:product_edit":             "302 200 404 200 403 403",
    "testsets:testset_list":              "302 200 200 200 200 200",
    "testsets:testset_register":          "302 403 403 200 403 403",
    "testsets:testset_detail":            "302 200 200 200 200 200",
    "testsets:testset_use":               "302 403 403 405 403 403",
    "submissions:submission_list":        "302 200 200 200 200 200",
    "submissions:submission_create":      "302 200 200 200 403 403",
    "submissions:submission_detail":      "302 200 404 200 200 200",
    "submissions:submission_progress":    "302 286 404 286 286 286",
    "submissions:submission_withdraw":    "302 200 404 200 403 403",
    "submissions:submission_retry":       "302 403 403 405 403 403",
    "runs:run_detail":                    "302 200 404 200 200 200",
    "runs:run_progress":                  "302 286 404 286 286 286",
    "runs:run_cancel":                    "302 403 403 200 403 403",
    "runs:run_retry":                     "302 403 403 200 403 403",
    "runs:run_preview":                   "302 403 403 200 403 403",
    "runs:run_release":                   "302 403 403 200 403 403",
    "runs:run_withhold":                  "302 403 403 200 403 403",
    "runs:queue":                         "302 403 403 200 403 200",
    "runs:queue_fragment":                "302 403 403 200 403 200",
    "runs:queue_missing":                 "302 403 403 405 403 403",
    "comparison:model_list":              "302 200 200 200 200 403",
    "comparison:model_list_csv":          "302 200 200 200 200 403",
    "comparison:task_models":             "302 200 200 200 200 403",
    "comparison:task_models_csv":         "302 200 200 200 200 403",
    "comparison:model_detail":            "302 200 404 200 200 403",
    "comparison:model_groups":            "302 200 404 200 200 403",
    "comparison:model_groups_csv":        "302 200 404 200 200 403",
    "home:market":                        "302 403 403 200 200 403",
    "home:market_csv":                    "302 403 403 200 200 403",
    "suppliers:evidence_create":          "302 200 404 200 403 403",
    "suppliers:evidence_edit":            "302 200 404 200 403 403",
    "suppliers:evidence_remove":          "302 200 404 200 403 403",
    "comparison:claim_list":              "302 200 200 200 200 403",
    "comparison:claim_list_csv":          "302 200 200 200 200 403",
    "suppliers:claim_create":             "302 200 404 200 403 403",
    "suppliers:claim_edit":               "302 200 404 200 403 403",
    "suppliers:claim_remove":             "302 200 404 200 403 403",
    "comparison:thresholds":              "302 200 404 200 200 403",
    "comparison:thresholds_csv":          "302 200 404 200 200 403",
    "comparison:compare":                 "302 403 403 200 200 403",
    "comparison:compare_csv":             "302 403 403 200 200 403",
    "comparison:compare_pdf":             "302 403 403 409 409 403",
    "comparison:compare_chart":           "302 403 403 404 404 403",
    "comparison:saved_list":              "302 403 403 200 200 403",
    "comparison:saved_create":            "302 403 403 200 200 403",
    "comparison:saved_edit":              "302 403 403 403 200 403",
    "comparison:saved_remove":            "302 403 403 403 200 403",
    "deployments:record_list":            "302 403 403 200 200 403",
    "deployments:record_csv":             "302 403 403 200 200 403",
    "deployments:record_create":          "302 403 403 200 403 403",
    "deployments:record_detail":          "302 403 403 200 200 403",
    "deployments:record_edit":            "302 403 403 200 403 403",
    "deployments:record_remove":          "302 403 403 200 403 403",
    "deployments:calculator":             "302 403 403 200 200 403",
    "deployments:calculator_csv":         "302 403 403 200 200 403",
    "comparison:leaderboard":             "302 403 403 200 200 403",
    "comparison:leaderboard_csv":         "302 403 403 200 200 403",
    "comparison:profile":                 "302 403 403 200 200 403",
    "comparison:profile_csv":             "302 403 403 200 200 403",
    "comparison:versions":                "302 403 403 200 200 403",
    "comparison:versions_csv":            "302 403 403 200 200 403",
    "suppliers:product_confirm":          "302 403 403 405 403 403",
    "exploration:call_list":              "302 200 200 200 200 200",
    "exploration:call_create":            "302 403 403 200 403 403",
    "exploration:call_detail":            "302 200 200 200 200 200",
    "exploration:call_edit":              "302 403 403 200 403 403",
    "exploration:call_open":              "302 403 403 200 403 403",
    "exploration:call_close":             "302 403 403 200 403 403",
    "exploration:side_by_side":           "302 403 403 200 200 403",
    "exploration:question_create":        "302 403 403 200 403 403",
    "exploration:question_edit":          "302 403 403 200 403 403",
    "exploration:question_remove":        "302 403 403 200 403 403",
    "exploration:answer_create":          "302 200 200 403 403 403",
    "exploration:answer_detail":          "302 200 404 200 200 200",
    "exploration:answer_edit":            "302 200 404 403 403 403",
    "exploration:answer_withdraw":        "302 200 404 403 403 403",
    "exploration:answer_assess":          "302 403 403 200 403 403",
    "exploration:answer_take_up":         "302 403 403 200 403 403",
    "roadmap:item_list":                  "302 200 200 200 200 200",
    "roadmap:item_csv":                   "302 200 200 200 200 200",
    "roadmap:item_create":                "302 403 403 200 403 403",
    "roadmap:item_detail":                "302 200 200 200 200 200",
    "roadmap:item_edit":                  "302 403 403 200 403 403",
    "api:schema":                         "401 200 200 200 200 200",
    "api:docs":                           "401 200 200 200 200 200",
    "api:person-list":                    "401 403 403 403 403 200",
    "POST api:person-list":               "401 403 403 403 403 400",
    "api:person-detail":                  "401 403 403 403 403 200",
    "PATCH api:person-detail":            "401 403 403 403 403 200",
    "api:audit-event-list":               "401 403 403 403 403 200",
    "api:audit-event-detail":             "401 403 403 403 403 200",
    "api:supplier-list":                  "401 200 200 200 200 200",
    "POST api:supplier-list":             "401 403 403 400 403 403",
    "api:supplier-import-list":           "401 403 403 200 403 403",
    "POST api:supplier-import-list":      "401 403 403 415 403 403",
    "api:supplier-import-detail":         "401 403 403 200 403 403",
    "api:supplier-import-preview":        "401 403 403 200 403 403",
    "POST api:supplier-import-apply":     "401 403 403 400 403 403",
    "POST api:product-confirm":           "401 403 403 409 403 403",
    "api:call-list":                      "401 200 200 200 200 200",
    "POST api:call-list":                 "401 403 403 400 403 403",
    "api:call-detail":                    "401 200 200 200 200 200",
    "PATCH api:call-detail":              "401 403 403 200 403 403",
    "POST api:call-open":                 "401 403 403 409 403 403",
    "POST api:call-close":                "401 403 403 200 403 403",
    "api:question-list":                  "401 403 403 200 403 403",
    "POST api:question-list":             "401 403 403 400 403 403",
    "api:question-detail":                "401 403 403 200 403 403",
    "PATCH api:question-detail":          "401 403 403 409 403 403",
    "DELETE api:question-detail":         "401 403 403 409 403 403",
    "api:answer-list":                    "401 200 200 200 200 200",
    "POST api:answer-list":               "401 400 400 403 403 403",
    "api:answer-detail":                  "401 200 404 200 200 200",
    "PATCH api:answer-detail":            "401 200 404 403 403 403",
    "POST api:answer-submit":             "401 409 404 403 403 403",
    "POST api:answer-withdraw":           "401 200 404 403 403 403",
    "POST api:answer-assess":             "401 403 403 400 403 403",
    "api:answer-assessments":             "401 403 403 200 403 403",
    "POST api:answer-take-up":            "401 403 403 200 403 403",
    "api:coverage-list":                  "401 403 403 200 200 403",
    "api:search-list":                    "401 200 200 200 200 200",
    "api:supplier-activity-detail":       "401 200 404 200 200 200",
    "api:supplier-detail":                "401 200 404 200 200 200",
    "PATCH api:supplier-detail":          "401 200 404 200 403 403",
    "POST api:supplier-archive":          "401 403 403 400 403 403",
    "POST api:supplier-restore":          "401 403 403 409 403 403",
    "api:product-list":                   "401 200 200 200 200 200",
    "POST api:product-list":              "401 400 400 400 403 403",
    "api:product-detail":                 "401 200 404 200 200 200",
    "PATCH api:product-detail":           "401 200 404 200 403 403",
    "api:contact-list":                   "401 200 200 200 200 200",
    "POST api:contact-list":              "401 400 400 400 403 403",
    "api:contact-detail":                 "401 200 404 200 200 200",
    "PATCH api:contact-detail":           "401 200 404 200 403 403",
    "DELETE api:contact-detail":          "401 204 404 204 403 403",
    "api:supplier-merge":                 "401 403 403 400 403 403",
    "POST api:supplier-merge":            "401 403 403 400 403 403",
    "POST api:supplier-research":         "401 403 403 400 403 403",
    "api:framework-list":                 "401 200 200 200 200 200",
    "POST api:framework-list":            "401 400 400 400 403 403",
    "api:framework-detail":               "401 200 404 200 200 200",
    "PATCH api:framework-detail":         "401 200 404 200 403 403",
    "DELETE api:framework-detail":        "401 204 404 204 403 403",
    "api:site-list":                      "401 200 200 200 200 200",
    "POST api:site-list":                 "401 400 400 400 403 403",
    "api:site-detail":                    "401 200 404 200 200 200",
    "PATCH api:site-detail":              "401 200 404 200 403 403",
    "DELETE api:site-detail":             "401 204 404 204 403 403",
    "api:source-list":                    "401 403 403 200 200 200",
    "POST api:source-list":               "401 403 403 400 403 403",
    "api:source-detail":                  "401 403 403 200 200 200",
    "PATCH api:source-detail":            "401 403 403 200 403 403",
    "DELETE api:source-detail":           "401 403 403 204 403 403",
    "api:test-set-list":                  "401 200 200 200 200 200",
    "POST api:test-set-list":             "401 403 403 400 403 403",
    "api:test-set-detail":                "401 200 200 200 200 200",
    "PATCH api:test-set-detail":          "401 403 403 400 403 403",
    "api:submission-list":                "401 200 200 200 200 200",
    "POST api:submission-list":           "401 415 415 415 403 403",
    "api:submission-detail":              "401 200 404 200 200 200",
    "POST api:submission-withdraw":       "401 200 404 200 403 403",
    "api:run-list":                       "401 200 200 200 200 200",
    "api:run-detail":                     "401 200 404 200 200 200",
    "POST api:run-cancel":                "401 403 403 409 403 403",
    "POST api:run-retry":                 "401 403 403 409 403 403",
    "POST api:run-preview":               "401 403 403 409 403 403",
    "POST api:run-release":               "401 403 403 409 403 403",
    "POST api:run-withhold":              "401 403 403 200 403 403",
    "api:result-list":                    "401 200 200 200 200 403",
    "api:result-detail":                  "401 200 404 200 200 403",
    "api:result-thresholds":              "401 409 404 409 409 403",
    "api:result-report":                  "401 409 404 409 409 403",
    "api:comparison-list":                "401 403 403 200 200 403",
    "api:calculation-list":               "401 403 403 200 200 403",
    "api:field-record-list":              "401 403 403 200 200 403",
    "POST api:field-record-list":         "401 403 403 400 403 403",
    "api:field-record-detail":            "401 403 403 200 200 403",
    "PATCH api:field-record-detail":      "401 403 403 200 403 403",
    "DELETE api:field-record-detail":     "401 403 403 204 403 403",
    "api:claim-list":                     "401 200 200 200 200 200",
    "POST api:claim-list":                "401 400 400 400 403 403",
    "api:claim-detail":                   "401 200 404 200 200 200",
    "PATCH api:claim-detail":             "401 200 404 200 403 403",
    "DELETE api:claim-detail":            "401 204 404 204 403 403",
    "api:evidence-list":                  "401 200 200 200 200 200",
    "POST api:evidence-list":             "401 400 400 400 403 403",
    "api:evidence-detail":                "401 200 404 200 200 200",
    "PATCH api:evidence-detail":          "401 200 404 200 403 403",
    "DELETE api:evidence-detail":         "401 204 404 204 403 403",
    "api:claim-verdict-list":             "401 200 200 200 200 403",
    "api:saved-comparison-list":          "401 403 403 200 200 403",
    "POST api:saved-comparison-list":     "401 403 403 400 400 403",
    "api:saved-comparison-detail":        "401 403 403 200 200 403",
    "PATCH api:saved-comparison-detail":  "401 403 403 403 200 403",
    "DELETE api:saved-comparison-detail": "401 403 403 403 204 403",
    "api:leaderboard-list":               "401 403 403 200 200 403",
    "api:leaderboard-profile":            "401 403 403 200 200 403",
    "api:leaderboard-versions":           "401 403 403 404 404 403",
    "api:roadmap-item-list":              "401 200 200 200 200 200",
    "POST api:roadmap-item-list":         "401 403 403 400 403 403",
    "api:roadmap-item-detail":            "401 200 200 200 200 200",
    "PATCH api:roadmap-item-detail":      "401 403 403 200 403 403",
    "api:capability-list":                "401 200 200 200 200 200",
    "api:capability-detail":              "401 200 200 200 200 200",
}  # fmt: skip
REFUSED = {302, 403, 404}
ADDRESSES = {address.key: address for address in all_addresses()}


@pytest.fixture
def world():
    supplier = builders.make_supplier()
    product = builders.make_product(supplier=supplier)
    run = builders.make_run(
        RunState.SCORED, ReleaseState.RELEASED, submission=builders.make_submission(product=product)
    )
    call = builders.make_call()
    people = {
        "own": builders.make_supplier_user(supplier),
        "other": builders.make_supplier_user(),
        "jsarc": builders.make_user(Role.JSARC),
        "official": builders.make_user(Role.OFFICIAL),
        "administrator": builders.make_user(Role.ADMINISTRATOR),
    }
    return SimpleNamespace(
        people=people,
        supplier=supplier,
        product=product,
        contact=builders.make_contact(supplier=supplier),
        framework=builders.make_framework(supplier=supplier),
        site=builders.make_site(supplier=supplier),
        source=builders.make_source(supplier=supplier),
        run=run,
        submission=run.submission,
        test_set=run.test_set,
        item=builders.make_roadmap_item(),
        event=builders.make_audit_event(),
        evidence=builders.make_evidence(product=product),
        claim=builders.make_claim(product=product),
        call=call,
        question=call.questions.get(),
        answer=builders.make_answer(call=call, supplier=supplier),
        brought=builders.make_supplier_import(by=people["jsarc"]),
        field=builders.make_field_record(entered_by=people["jsarc"]),
        saved=builders.make_saved_comparison(owner=people["official"]),
    )


def arguments(address, world):
    """Name the record that each address of the table is about."""
    slugs = {
        "suppliers": world.supplier,
        "testsets": world.test_set,
        "roadmap": world.item,
        "home": world.supplier,
    }
    keys = {"accounts": world.people["own"], "runs": world.run}
    keys |= {"submissions": world.submission, "comparison": world.saved, "deployments": world.field}
    of_api = {
        "api:person": world.people["own"],
        "api:audit-event": world.event,
        "api:supplier": world.supplier,
        "api:supplier-activity": world.supplier,
        "api:supplier-import": world.brought,
        "api:call": world.call,
        "api:question": world.question,
        "api:answer": world.answer,
        "api:product": world.product,
        "api:contact": world.contact,
        "api:framework": world.framework,
        "api:site": world.site,
        "api:source": world.source,
        "api:test-set": world.test_set,
        "api:submission": world.submission,
        "api:run": world.run,
        "api:result": world.run,
        "api:claim": world.claim,
        "api:evidence": world.evidence,
        "api:field-record": world.field,
        "api:saved-comparison": world.saved,
        "api:roadmap-item": world.item,
        "api:capability": world.item.capability,
    }
    app, _, page = address.name.partition(":")
    if app == "suppliers":
        part = page.partition("_")[0]
        keys["suppliers"] = getattr(world, {"import": "brought"}.get(part, part), None)
    if app == "exploration":
        slugs["exploration"] = world.call
        keys["exploration"] = getattr(world, page.partition("_")[0], None)
    if app == "api":
        parts = [one for one in of_api if f"api:{page}".startswith(f"{one}-")]
        record = of_api[max(parts, key=len)] if parts else None
        return {name: getattr(record, name) for name in address.parameters}
    known = {
        "slug": getattr(slugs.get(app), "slug", None),
        "pk": getattr(keys.get(app), "pk", None),
        "supplier": world.supplier.slug,
        "product": world.product.slug,
        "submission": world.submission.pk,
        "task": "pad",
        "name": "chart-error-tradeoff",
    }
    if app == "comparison" and "product" in address.parameters:
        known["product"] = world.product.pk
    return {name: known[name] for name in address.parameters}


def open_as(role, address, world, method=None):
    client = Client()
    if role != "anonymous":
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(world.people[role], backend=backend)
    url = reverse(address.name, kwargs=arguments(address, world))
    send = getattr(client, (method or address.method).lower())
    with transaction.atomic():
        response = send(url) if address.method == "GET" else send(url, {}, "application/json")
        transaction.set_rollback(True)
    return response


def test_the_table_knows_every_address_and_no_other():
    assert set(ADDRESSES) == set(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED)
def test_each_role_gets_what_the_table_says(key, world):
    answers = [open_as(role, ADDRESSES[key], world).status_code for role in ROLES]

    assert " ".join(map(str, answers)) == EXPECTED[key]


PAGES = [key for key in EXPECTED if "api:" not in key]


@pytest.mark.parametrize("key", PAGES)
def test_who_may_not_open_a_page_may_not_send_its_form(key, world):
    address = ADDRESSES[key]
    expected = dict(zip(ROLES, map(int, EXPECTED[key].split()), strict=True))
    refused = [role for role in ROLES if expected[role] in REFUSED and key != "accounts:sign_in"]

    answers = {role: open_as(role, address, world, "post").status_code for role in refused}

    read_only = 405  # the page takes no form at all
    assert {role: answer for role, answer in answers.items() if answer != read_only} == {
        role: expected[role] for role in refused if answers[role] != read_only
    }


@pytest.mark.parametrize("key", [key for key in PAGES if EXPECTED[key].startswith("302")])
def test_the_signed_out_are_sent_to_sign_in_and_back(key, world):
    response = open_as("anonymous", ADDRESSES[key], world)

    assert response["Location"].startswith(reverse("accounts:sign_in") + "?next=")


def test_the_api_tells_the_signed_out_how_to_sign_in(world):
    response = open_as("anonymous", ADDRESSES["api:run-list"], world)

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")


def test_every_declared_right_exists():
    declared = set()
    for address in ADDRESSES.values():
        access = access_of(address.view)
        of_api = api_rights_of(address.view)
        assert access or of_api, f"{address.name} declares no right"
        declared |= {access.needs} if access else set(of_api.values())

    assert declared - {PUBLIC, SIGNED_IN} <= set(RIGHTS)


@pytest.mark.parametrize("release", [ReleaseState.PRIVATE, ReleaseState.PREVIEW])
def test_officials_do_not_find_a_result_before_its_release(release, world):
    world.run = builders.make_run(RunState.SCORED, release)
    world.submission = world.run.submission
    for key in ("runs:run_detail", "comparison:model_detail", "api:run-detail"):
        assert open_as("official", ADDRESSES[key], world).status_code == 404


def test_a_person_who_may_no_longer_sign_in_loses_session_and_token(world):
    person = world.people["jsarc"]
    token = Token.objects.create(user=person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    headers = {"Authorization": f"Token {token.key}"}
    assert client.get(reverse("suppliers:supplier_list")).status_code == 200
    assert Client().get(reverse("api:supplier-list"), headers=headers).status_code == 200

    person.is_active = False
    person.save()

    assert client.get(reverse("suppliers:supplier_list")).status_code == 302
    assert Client().get(reverse("api:supplier-list"), headers=headers).status_code in (401, 403)
