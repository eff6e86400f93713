"""The nouns of the guide, one file each."""

from cms.models.accounts import (
    ApiSession,
    ApiToken,
    RecoveryCode,
    SecondFactor,
    SignedInSession,
    Tries,
)
from cms.models.audit import AuditEvent
from cms.models.comment import Comment
from cms.models.document_text import DocumentText
from cms.models.edit_lock import EditLock
from cms.models.entries import ENTRY_MODELS
from cms.models.events import EventIndexPage, ExchangeEventPage, Moderator, TablePage
from cms.models.experience import Argument, Experience, ExperienceSource
from cms.models.home import HomePage, InfoPage
from cms.models.imports import MinutesImport
from cms.models.invitation import Invitation
from cms.models.loaded import LoadedExperience
from cms.models.minutes_round import MinutesCorrection, MinutesRecipient, MinutesRound
from cms.models.missed_search import MissedSearch
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.notification import Frequency, Notification, NotificationChoice
from cms.models.outcome import Outcome
from cms.models.project import Location, Project
from cms.models.publications import FeedRun, IndexJob, Publication
from cms.models.redaction import RedactedPlace, Redaction
from cms.models.report import BarrierReport, ProblemReport
from cms.models.review import ReviewTask
from cms.models.saved_search import Pace, SavedSearch, SavedSearchFinding
from cms.models.site_settings import GuideSettings
from cms.models.supplement import Supplement
from cms.models.synonym import SearchSynonym
from cms.models.topic import Topic
from cms.models.vocabulary import Institution, TargetGroup
from cms.models.webhook import Webhook, WebhookDelivery, WebhookEvent
from cms.permissions.grants import ExperienceUserGrant, ProjectGroupGrant, ProjectUserGrant

__all__ = [
    "ENTRY_MODELS",
    "ApiSession",
    "ApiToken",
    "Argument",
    "AuditEvent",
    "BarrierReport",
    "Comment",
    "DocumentText",
    "EditLock",
    "EventIndexPage",
    "ExchangeEventPage",
    "Experience",
    "ExperienceSource",
    "ExperienceUserGrant",
    "FeedRun",
    "Frequency",
    "GuideSettings",
    "HomePage",
    "IndexJob",
    "InfoPage",
    "Institution",
    "Invitation",
    "LoadedExperience",
    "Location",
    "MinutesCorrection",
    "MinutesImport",
    "MinutesRecipient",
    "MinutesRound",
    "MissedSearch",
    "Moderator",
    "NewsIndexPage",
    "NewsPage",
    "Notification",
    "NotificationChoice",
    "Outcome",
    "Pace",
    "ProblemReport",
    "Project",
    "ProjectGroupGrant",
    "ProjectUserGrant",
    "Publication",
    "RecoveryCode",
    "RedactedPlace",
    "Redaction",
    "ReviewTask",
    "SavedSearch",
    "SavedSearchFinding",
    "SearchSynonym",
    "SecondFactor",
    "SignedInSession",
    "Supplement",
    "TablePage",
    "TargetGroup",
    "Topic",
    "Tries",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
]
