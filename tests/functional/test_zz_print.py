import pytest
from tests.functional.test_page_queries import *
@pytest.mark.parametrize("s",[False,True])
def test_print(client, content, s):
    if s: client.force_login(person(roles.OFFICE))
    for a in ADDRESSES: client.get(a)
    print({a: queries_of(client,a) for a in ADDRESSES})
