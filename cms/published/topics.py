"""The tree of topics, as plain objects; what is in it is asked in cms/published/__init__.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cms.models import Topic


@dataclass
class TopicNode:
    """A topic in the tree; ``path`` is the address part below /leitfaden/.

    ``count``: visible entries here and below, each once.
    """

    topic: Topic
    path: str
    depth: int
    parent: "TopicNode | None"
    children: list["TopicNode"] = field(default_factory=list)
    count: int = 0

    def below(self) -> Iterator["TopicNode"]:
        """This node and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.below()

    def above(self) -> list["TopicNode"]:
        """The ancestors, outermost first."""
        return [] if self.parent is None else [*self.parent.above(), self.parent]


def build_tree(topics: Iterable[Topic]) -> list[TopicNode]:
    """The roots; a topic whose parent is not among the topics is left out."""
    children = defaultdict(list)
    for topic in topics:
        children[topic.parent_id].append(topic)

    def build(topic: Topic, parent: TopicNode | None) -> TopicNode:
        path = f"{parent.path}/{topic.slug}" if parent else topic.slug
        node = TopicNode(topic, path, parent.depth + 1 if parent else 0, parent)
        node.children = [build(child, node) for child in children[topic.pk]]
        return node

    return [build(topic, None) for topic in children[None]]


def topic_nodes(tree: list[TopicNode]) -> dict[int, TopicNode]:
    """All nodes of a tree by the id of their topic."""
    return {node.topic.pk: node for root in tree for node in root.below()}


def with_ancestors(ids: Collection[int], parents: Mapping[int, int | None]) -> set[int]:
    """The ids and those of all topics above them; ``parents`` has each topic's parent."""
    found: set[int] = set()
    for pk in ids:
        above: int | None = pk
        while above is not None and above not in found:
            found.add(above)
            above = parents[above]
    return found
