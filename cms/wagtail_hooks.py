"""What Wagtail's admin learns of the guide. One line each: the code stands in cms/admin/."""

from wagtail import hooks

from cms.admin.log_actions import register_actions

hooks.register("register_log_actions", register_actions)
