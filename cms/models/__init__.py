"""The nouns of the guide, one file each."""

from cms.models.audit import AuditEvent
from cms.models.comment import Comment
from cms.models.events import EventIndexPage, ExchangeEventPage, Moderator, TablePage
from cms.models.experience import Argument, Experience, ExperienceSource
from cms.models.home import HomePage, InfoPage
from cms.models.imports import MinutesImport
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.outcome import Outcome
from cms.models.project import Location, Project
from cms.models.publications import FeedRun, IndexJob, Publication
from cms.models.report import BarrierReport, ProblemReport
from cms.models.review import ReviewTask
from cms.models.site_settings import GuideSettings
from cms.models.supplement import Supplement
from cms.models.topic import Topic
from cms.models.vocabulary import Institution, TargetGroup
from cms.permissions.grants import ExperienceUserGrant, ProjectGroupGrant, ProjectUserGrant

__all__ = [
    "Argument",
    "AuditEvent",
    "BarrierReport",
    "Comment",
    "EventIndexPage",
    "ExchangeEventPage",
    "Experience",
    "ExperienceSource",
    "ExperienceUserGrant",
    "FeedRun",
    "GuideSettings",
    "HomePage",
    "IndexJob",
    "InfoPage",
    "Institution",
    "Location",
    "MinutesImport",
    "Moderator",
    "NewsIndexPage",
    "NewsPage",
    "Outcome",
    "ProblemReport",
    "Project",
    "ProjectGroupGrant",
    "ProjectUserGrant",
    "Publication",
    "ReviewTask",
    "Supplement",
    "TablePage",
    "TargetGroup",
    "Topic",
]
