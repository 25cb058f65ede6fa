"""``manage.py demo``: everything, from an empty folder to a portal full of measured models."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from portal.accounts.models import Role
from portal.core.errors import DomainError
from portal.home import demonstration, serving
from portal.home.supervisor import Supervisor, start_web, start_worker
from portal.submissions.execution import sandbox_in_words

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from fixtures.demo import DemoWorld
    from portal.submissions.models import Submission

BAR_WIDTH = 30
SAY_EVERY_SECONDS = 10.0


class Command(BaseCommand):
    help = (
        "Build the demonstration where it is missing, evaluate the reference models with a Celery "
        "worker, then serve the portal until Ctrl-C. What people entered is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port to serve on.")
        parser.add_argument("--concurrency", type=int, default=2, help="Processes of the worker.")

    def handle(self, *_: Any, port: int, concurrency: int, **__: Any) -> None:
        self._said_at = time.monotonic()
        serving.end_on_sigterm()
        serving.look_before(port)
        try:
            with serving.plain_failures(), Supervisor() as supervisor:
                self._run(supervisor, port=port, concurrency=concurrency)
        except KeyboardInterrupt:
            self.stdout.write("\nAssay has stopped. make demo starts it again with all it holds.")
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _run(self, supervisor: Supervisor, *, port: int, concurrency: int) -> None:
        self._say("Preparing the database")
        serving.prepare_database()
        start_worker(supervisor, concurrency=concurrency, **demonstration.worker_environment())
        self._say(sandbox_in_words()[0])
        self._say("Loading suppliers, people and the roadmap")
        world = demonstration.load_records()
        self._say("Drawing the synthetic test sets")
        demonstration.build_test_sets(self._count)
        self._say("Submitting the reference models")
        submissions = demonstration.submit_reference_models(world)
        serving.collect_static_files()
        start_web(supervisor, port=port)  # loads while the last evaluations end
        self._wait_for(submissions, supervisor)
        demonstration.release_results(world, submissions)
        demonstration.enter_deployments(world, submissions)
        for sentence in demonstration.failures(submissions):
            self.stderr.write(sentence)
        serving.wait_until_served(supervisor, port=port)
        self._introduce(world, port)
        serving.serve_for_ever(supervisor)

    def _wait_for(self, submissions: list[Submission], supervisor: Supervisor) -> None:
        while not (progress := demonstration.progress_of(submissions)).is_complete:
            supervisor.check()
            filled = round(BAR_WIDTH * progress.share)
            bar = "#" * filled + "." * (BAR_WIDTH - filled)
            self._show(
                f"Evaluating [{bar}] {progress.share:4.0%}  "
                f"{progress.runs_ended} of {progress.runs} evaluations"
            )
            time.sleep(0.5)
        self._show(f"Evaluated {progress.runs_ended} model and test-set pairs", last=True)

    def _introduce(self, world: DemoWorld, port: int) -> None:
        self.stdout.write(f"\nAssay serves on http://127.0.0.1:{port}  (Ctrl-C ends it)\n")
        self.stdout.write("Sign in as (the password is the demonstration's, unless changed):")
        for role, person in world.people.items():
            self.stdout.write(
                f"  {Role(role).label:<22} {person.email:<34} {demonstration.password()}"
            )
        self._say(f"Logs: {settings.ASSAY_DATA / 'logs'}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # also where the output goes to a file

    def _count(self, done: int, total: int) -> None:
        self._show(f"  {done} of {total}", last=done == total)

    def _show(self, text: str, *, last: bool = False) -> None:
        """Rewrite a line on a terminal; elsewhere write one now and then."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{text:<78}", ending="\n" if last else "")
            self.stdout.flush()
        elif last or time.monotonic() - self._said_at > SAY_EVERY_SECONDS:
            self._said_at = time.monotonic()
            self.stdout.write(text)
            self.stdout.flush()
