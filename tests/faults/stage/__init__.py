"""What runs in the process of one kill test: Django is set up here, for its database."""

import django

django.setup()
