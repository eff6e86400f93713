"""What goes into the wheel: the apps cms and search, each with its templates inside it.

The templates lie in one folder at the top of the repository; Django finds an app's templates in
the app's own `templates` folder. The wheel therefore maps the one onto the other. Everything else
about the package stands in pyproject.toml.
"""

from setuptools import find_packages, setup

TEMPLATES = {
    "cms.templates.cms": "templates/cms",
    "cms.templates.wagtailadmin": "templates/wagtailadmin",
    "search.templates.search": "templates/search",
}

setup(
    packages=[*find_packages(include=["cms", "cms.*", "search", "search.*"]), *TEMPLATES],
    package_dir=TEMPLATES,
    package_data={"": ["*", "**/*"]},
    exclude_package_data={"": ["*.pyc", "__pycache__/*", "**/__pycache__/*"]},
    include_package_data=False,
)
