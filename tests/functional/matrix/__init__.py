"""The matrix: every address of the site, tried by everybody, judged by what comes back.

``test_matrix.py`` walks the URL resolver, so a new screen is in it without being named. For each
pattern: every role x own and foreign rows x every method. No answer (body, headers, redirect) may
hold a secret word of the world that ``cms.domain.reader.Reader`` keeps from that person, no
request may write what the person has no right to change, and none may fail with a 500.

A new pattern fails the test until it can be filled. How to teach it, in this order:

1. A view that knows its ``model`` (snippet viewset, ModelAdmin, default argument of ``path()``)
   needs nothing but rows of that model: see ``World.rows`` in ``world.py``.
2. A parameter called ``<model>_id`` or ``<model>_pk`` is filled with rows of that model.
3. Anything else: one line in ``ROWS_BY_NAME`` or ``VALUES`` of ``filling.py``.
4. A new model: rows of project A and B in ``world.py``, each text with ``secrets.word(...)``, which
   says who may read it. If it is written by people, one line in ``owners.py``.

POSTs carry what the office's own form on that address holds (``forms.py``); an address that has
no form gets its fields from ``POSTED`` there.
"""
