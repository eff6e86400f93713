"""Who sees what: the screens of roles, invitations, groups, and the end of a project."""
