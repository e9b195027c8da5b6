"""Keeps the content in force: load, train, swap; a broken edit leaves the last good one standing."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog
from prometheus_client import Gauge

from bot.answer.understanding import Understanding, adapted, learns_the_same
from bot.content.catalogue import Catalogue
from bot.content.loading import Finding, Loaded, load
from bot.content.watching import changes
from bot.flow.learning import CHECKED, MODELS, learn_beside
from bot.flow.models import kept, learnt

log = structlog.get_logger()

_broken = Gauge("lotse_content_broken", "1 while the edited content cannot be published")

_FOLDERS = ("intents", "responses")


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
        if not await self._publish(self._folder) and (self._state / "last-good").is_dir():
            findings = self.findings
            if await self._publish(self._state / "last-good"):
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
        loaded: Loaded = await asyncio.to_thread(load, folder, self._facts, kept=self._state / CHECKED)
        self.findings = loaded.findings
        catalogue = loaded.catalogue
        _broken.set(catalogue is None)
        if catalogue is None:
            first = next((finding for finding in loaded.findings if finding.is_error), None)
            log.error("content not published", findings=len(loaded.findings), first=str(first))
        elif self.current is None or catalogue.version != self.current.catalogue.version:
            await self._take_over(catalogue, folder)
            if folder == self._folder:
                await asyncio.to_thread(self._keep_copy)
            log.info("content published", version=catalogue.version, authorities=len(catalogue.authorities))
        for listener in self._listeners:
            listener()
        return catalogue is not None

    async def _take_over(self, catalogue: Catalogue, folder: Path) -> None:
        """First what was learnt before, with the new content, at once; then what is learnt from it."""
        before = self.current
        if before is not None:
            self.current = await asyncio.to_thread(adapted, before, catalogue)
            if learns_the_same(before.catalogue, catalogue):
                return
        models = self._state / MODELS
        found = await asyncio.to_thread(kept, catalogue, models)
        if found is None:
            await learn_beside(folder, self._state, self._facts)
            # Learnt here where that failed, or where the folder was edited again before it was read.
            found = await asyncio.to_thread(learnt, catalogue, models)
        self.current = found

    def _keep_copy(self) -> None:
        good, fresh = self._state / "last-good", self._state / "last-good.part"
        shutil.rmtree(fresh, ignore_errors=True)
        for name in _FOLDERS:
            shutil.copytree(self._folder / name, fresh / name)
        shutil.rmtree(good, ignore_errors=True)
        fresh.rename(good)
