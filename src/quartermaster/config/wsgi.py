"""The people's door as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from quartermaster.kernel.heap import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartermaster.config.settings")
application = get_wsgi_application()
settle()
