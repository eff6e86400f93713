"""Versioned Elasticsearch indices behind aliases: build beside, swap at once, roll back.

``<prefix>-public-<timestamp>`` is a concrete index. The aliases say what it is for:
``-read`` and ``-write`` stand on the current one, ``-building`` on the one being built,
``-previous`` on the one kept for a rollback. An index that no alias names is removed.
"""

import re
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search.analysis.chains import ANALYSIS, SIMILARITY
from search.documents import mapping
from search.engine import IndexName, index_name_of, timestamp

READ, WRITE, BUILDING, PREVIOUS = "read", "write", "building", "previous"

#: The settings that an operator chooses, by Elasticsearch's names.
CHOSEN = (
    *("number_of_shards", "number_of_replicas", "auto_expand_replicas"),
    *("refresh_interval", "gc_deletes"),
)


@dataclass(frozen=True)
class IndexSettings:
    """What an operator chooses for one node or a cluster.

    ``replicas`` is a number, or a range that follows the number of nodes ("0-1"). A deleted
    document's version is remembered for ``gc_deletes``: what a worker that slept writes after
    it stays deleted.
    """

    shards: int = 1
    replicas: str = "0-1"
    refresh_interval: str = "250ms"
    gc_deletes: str = "1d"

    def changeable(self) -> dict[str, str]:
        """Those that an index can be given while it is used."""
        follows = "-" in self.replicas
        replicas = {"number_of_replicas": self.replicas} if not follows else {}
        return {
            "auto_expand_replicas": self.replicas if follows else "false",
            **replicas,
            "refresh_interval": self.refresh_interval,
            "gc_deletes": self.gc_deletes,
        }


class Indices:
    """The indices of one site, told apart by their prefix; raises the client's exceptions."""

    def __init__(self, client: Elasticsearch, prefix: str, settings: IndexSettings) -> None:
        self._client = client
        self._prefix = prefix
        self._settings = settings

    def alias(self, name: str, role: str) -> str:
        """The alias for one role of an index."""
        return f"{self._prefix}-{IndexName(name)}-{role}"

    def roles(self, name: str) -> dict[str, str]:
        """The concrete index of each role that is taken."""
        return {
            role: concrete
            for concrete, roles in self._roles_by_index(name).items()
            for role in roles
        }

    def fits(self, concrete: str) -> bool:
        """Has the index the fields that documents have today?"""
        found = self._client.indices.get_mapping(index=concrete)[concrete]["mappings"]
        return set(found["properties"]) == set(mapping()["properties"])

    def settings_of(self, concrete: str) -> dict[str, str]:
        """What an index has of the settings that an operator chooses."""
        found = self._client.indices.get_settings(index=concrete)[concrete]["settings"]["index"]
        return {setting: found[setting] for setting in CHOSEN if setting in found}

    def apply_settings(self, name: str) -> None:
        """Change what the current index has otherwise; shards only change by a rebuild."""
        current = self.roles(name).get(READ)
        if current is None:
            return
        found = self.settings_of(current)
        changed = {
            setting: value
            for setting, value in self._settings.changeable().items()
            if found.get(setting, "false") != value
        }
        if changed:
            self._client.indices.put_settings(index=current, settings=changed)

    def create(self, name: str) -> str:
        """Create an empty index to be built; one that was left unfinished is removed.

        So is one whose shards are lost: it answers nothing, and no write to it would end.
        """
        self.tidy(name)
        self._remove_lost(name)
        concrete = f"{self._prefix}-{IndexName(name)}-{timestamp()}"
        self._client.indices.create(
            index=concrete,
            aliases={self.alias(name, BUILDING): {}},
            mappings=mapping(),
            settings=self._settings_while_building(),
        )
        return concrete

    def swap(self, name: str, concrete: str) -> None:
        """Make the index being built the current one, atomically; the old one is kept if it fits.

        Raises LookupError if it is not the one being built.
        """
        roles = self.roles(name)
        if roles.get(BUILDING) != concrete:
            raise LookupError(f"{concrete} is not being built")
        self._client.indices.put_settings(
            index=concrete, settings={"refresh_interval": self._settings.refresh_interval}
        )
        self._client.indices.refresh(index=concrete)
        current = roles.get(READ)
        actions = [_remove(concrete, self.alias(name, BUILDING))]
        if PREVIOUS in roles:
            actions.append(_remove(roles[PREVIOUS], self.alias(name, PREVIOUS)))
        if current is not None:
            actions += [_remove(current, self.alias(name, role)) for role in (READ, WRITE)]
        if current is not None and self.fits(current):
            actions.append(_add(current, self.alias(name, PREVIOUS)))
        actions += [_add(concrete, self.alias(name, role)) for role in (READ, WRITE)]
        self._client.indices.update_aliases(actions=actions)
        self.tidy(name)

    def reopen(self, name: str) -> str:
        """Make the previous index one that is being built. Raises LookupError without one."""
        previous = self.roles(name).get(PREVIOUS)
        if previous is None:
            raise LookupError(f"no earlier {name} index is kept")
        self._client.indices.update_aliases(actions=[_add(previous, self.alias(name, BUILDING))])
        return previous

    def tidy(self, name: str) -> list[str]:
        """Remove what was not swapped in, and what no alias names; the previous one stays."""
        removed = []
        for concrete, roles in self._roles_by_index(name).items():
            if set(roles) == {BUILDING, PREVIOUS}:
                remove = _remove(concrete, self.alias(name, BUILDING))
                self._client.indices.update_aliases(actions=[remove])
            elif set(roles) <= {BUILDING}:
                self.drop(concrete)
                removed.append(concrete)
        return removed

    def _remove_lost(self, name: str) -> None:
        for concrete in set(self.roles(name).values()):
            try:
                self._client.search(index=concrete, size=0, allow_partial_search_results=False)
            except ApiError as error:
                if error.message != "search_phase_execution_exception":
                    raise
                self._client.indices.delete(index=concrete)

    def drop(self, concrete: str) -> None:
        """Remove an index. Raises ValueError if it is the current one, or none."""
        if self.roles(index_name_of(concrete)).get(READ) == concrete:
            raise ValueError(f"{concrete} is the current index")
        self._client.options(ignore_status=404).indices.delete(index=concrete)

    def _roles_by_index(self, name: str) -> dict[str, list[str]]:
        """The concrete indices of a name, with their roles; other sites' are left out."""
        base = f"{self._prefix}-{IndexName(name)}"
        found = self._client.indices.get_alias(index=f"{base}-*", allow_no_indices=True)
        ours = re.compile(rf"{re.escape(base)}-\d{{20}}")
        return {
            concrete: [alias.rsplit("-", 1)[1] for alias in about["aliases"]]
            for concrete, about in found.items()
            if ours.fullmatch(concrete)
        }

    def _settings_while_building(self) -> dict[str, Any]:
        return {
            "number_of_shards": self._settings.shards,
            **self._settings.changeable(),
            # Nothing reads an index while it is being built.
            "refresh_interval": "-1",
            "similarity": SIMILARITY,
            "analysis": ANALYSIS,
        }


def _add(concrete: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": concrete, "alias": alias}}


def _remove(concrete: str, alias: str) -> dict[str, Any]:
    return {"remove": {"index": concrete, "alias": alias}}
