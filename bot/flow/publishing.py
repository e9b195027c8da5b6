"""Keeps the content in force: load, train, swap; a broken edit leaves the last good one standing."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog
from prometheus_client import Gauge

from bot.answer.understanding import Understanding, adapted, learns_the_same
from bot.content import versions
from bot.content.catalogue import Catalogue
from bot.content.files import collect
from bot.content.loading import Finding, Loaded, load
from bot.content.watching import changes
from bot.flow.garbage import lasting
from bot.flow.learning import CHECKED, MODELS, learn_beside
from bot.flow.models import kept, learnt

log = structlog.get_logger()

_broken = Gauge("lotse_content_broken", "1 while the edited content cannot be published")

_FOLDERS = ("intents", "responses")
_GOOD = "last-good"


class Publisher:
    """Holds the understanding in force and replaces it whole.

    `folder` holds `intents/` and `responses/`; `state` is a folder of our own for the trained models, for what
    was checked already, and for a copy of the last good content, so that a restart with a broken edit still answers.
    """

    def __init__(self, folder: Path, state: Path, facts: Mapping[str, str]) -> None:
        self._folder = folder
        self._state = state
        self._facts = facts
        self._listeners: list[Callable[[], None]] = []
        self.current: Understanding | None = None
        self.findings: Sequence[Finding] = ()

    def understanding(self) -> Understanding | None:
        """What is in force; None only while no content has ever been good."""
        return self.current

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each attempt to publish, good or not."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Bring the content into force, or the last good copy where the present one is broken."""
        if not await self._publish(self._folder) and (self._state / _GOOD).is_dir():
            findings = self.findings
            if await self._publish(self._state / _GOOD):
                log.error("content broken, last good copy in force", findings=len(findings))
            self.findings = findings

    async def run(self) -> None:
        """Publish each edit within two seconds of the last keystroke saved."""
        async for _ in changes(self._folder):
            try:
                await self._publish(self._folder)
            except Exception:
                log.exception("publishing failed, last good content stays in force")

    async def _publish(self, folder: Path) -> bool:
        loaded = await asyncio.to_thread(self._loaded, folder)
        self.findings = loaded.findings
        catalogue = loaded.catalogue
        _broken.set(catalogue is None)
        if catalogue is None:
            first = next((finding for finding in loaded.findings if finding.is_error), None)
            log.error("content not published", findings=len(loaded.findings), first=str(first))
        elif self.current is None or catalogue.version != self.current.catalogue.version:
            await self._take_over(catalogue, folder)
            if folder == self._folder:
                await asyncio.to_thread(self._keep_copy, catalogue.version)
            log.info("content published", version=catalogue.version, authorities=len(catalogue.authorities))
        for listener in self._listeners:
            listener()
        return catalogue is not None

    async def _take_over(self, catalogue: Catalogue, folder: Path) -> None:
        """First what was learnt before, with the new content, at once; then what is learnt from it."""
        before = self.current
        if before is not None:
            with lasting():
                self.current = await asyncio.to_thread(adapted, before, catalogue)
            if learns_the_same(before.catalogue, catalogue):
                return
        models = self._state / MODELS
        found = await asyncio.to_thread(self._kept, catalogue)
        if found is None:
            await learn_beside(folder, self._state, self._facts)
            # Learnt here where that failed, or where the folder was edited again before it was read.
            found = await asyncio.to_thread(learnt, catalogue, models)
        self.current = found

    def _loaded(self, folder: Path) -> Loaded:
        with lasting():
            return load(folder, self._facts, kept=self._state / CHECKED)

    def _kept(self, catalogue: Catalogue) -> Understanding | None:
        with lasting():
            return kept(catalogue, self._state / MODELS)

    def _keep_copy(self, version: str) -> None:
        good, fresh = self._state / _GOOD, self._state / f"{_GOOD}.part"
        if self._version(good) == version:
            return
        shutil.rmtree(fresh, ignore_errors=True)
        for name in _FOLDERS:
            shutil.copytree(self._folder / name, fresh / name)
        # Saved again while it was copied: the next copy is made when that is published.
        if self._version(fresh) == version:
            shutil.rmtree(good, ignore_errors=True)
            fresh.rename(good)

    def _version(self, folder: Path) -> str:
        files, _ = collect(folder)
        return versions.of_content(files, self._facts)
