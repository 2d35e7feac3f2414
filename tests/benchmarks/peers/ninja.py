"""django-ninja with response schemas: the Django of those who want FastAPI's style."""

from tests.benchmarks.peers import django_stack

application = django_stack.application("tests.benchmarks.peers.ninja_urls")
