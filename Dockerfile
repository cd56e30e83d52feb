# One image for web, worker and beat; compose.yaml says which is which.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/servicedesk \
    STATIC_ROOT=/app/static-collected

WORKDIR /app

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin servicedesk \
    && install --directory --owner=servicedesk /var/lib/servicedesk /var/lib/servicedesk/attachments

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --requirement requirements.txt

COPY manage.py ./
COPY servicedesk servicedesk
COPY entitlements entitlements
COPY cases cases
COPY templates templates
COPY static static

# Needs no database and no secret: without any setting this is the embedded mode, here in a
# folder that is thrown away.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/build

USER servicedesk
VOLUME /var/lib/servicedesk
EXPOSE 8000

CMD ["gunicorn", "servicedesk.wsgi", \
     "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--access-logfile", "-"]
