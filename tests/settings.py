"""The project's settings for a test run: a folder of its own and nothing from the outside."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A test run must never touch the data of whoever runs it.
OUTSIDE = (
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "STATIC_ROOT", "ALLOWED_HOSTS"),
    *("DEBUG", "LOG_LEVEL", "SECURE_COOKIES", "SECURE_SSL_REDIRECT", "TRUST_PROXY"),
)
for name in OUTSIDE:
    os.environ.pop(name, None)
folder = Path(tempfile.mkdtemp(prefix="servicedesk-tests-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["VAR_DIR"] = str(folder)

# Playwright keeps an event loop in the thread in which the browser tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from servicedesk.settings import *  # noqa: E402, F403
from servicedesk.settings import DATABASES  # noqa: E402

# A file and not memory: only a file has the WAL and the locks of a real installation.
DATABASES["default"]["TEST"] = {"NAME": str(folder / "test.sqlite3")}

# Logging in is not what is being tested: a hash that costs nothing.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
