# The guide as one image: the web server and, with another command, its workers.
# Build: docker compose build

FROM python:3.13-slim AS packages
COPY requirements/run.txt /requirements/run.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements/run.txt

FROM python:3.13-slim
# An account without rights; its number is fixed so that a mounted folder can be given to it.
RUN useradd --system --uid 10001 --no-create-home thinka \
 && mkdir /data \
 && chown thinka /data
COPY --from=packages /venv /venv
WORKDIR /srv/thinka
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=thinka_site.settings.production \
    THINKA_DATA_DIR=/data \
    STATIC_ROOT=/srv/thinka-static
# Static files belong to the code, not to the data: an upgrade brings its own. The key is not used.
RUN SECRET_KEY=build THINKA_DATA_DIR=/tmp/build python manage.py collectstatic --noinput \
 && rm -r /tmp/build
USER thinka
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "tools.healthcheck"]
# Whether the proxy's headers are believed is decided by TRUST_FORWARDED_PROTO in the settings.
CMD ["waitress-serve", "--listen=*:8000", "--threads=8", "--no-clear-untrusted-proxy-headers", "thinka_site.wsgi:application"]
