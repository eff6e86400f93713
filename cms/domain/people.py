"""How people are called on screens and in mails."""


def name_of(user) -> str:
    """The name of somebody with an account; None is somebody whose account is gone."""
    if user is None:
        return "gelöschtes Konto"
    return user.get_full_name() or user.get_username()
