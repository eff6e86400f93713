"""Django's test client without its record of every template: the matrix asks for thousands."""

from django.core.signals import got_request_exception
from django.test import Client


class Browser(Client):
    """Raises what the view raised, keeps cookies, and nothing else."""

    def request(self, **request):
        got_request_exception.connect(self.store_exc_info, dispatch_uid="matrix")
        try:
            response = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(dispatch_uid="matrix")
        self.check_exception(response)
        self.cookies.update(response.cookies)
        return response
