"""Tutorial DRF: ModelViewSet, nested ModelSerializers, django-filter, pages with COUNT; nothing fetched row by row.

It mends no typing errors, and suggests only what begins with the text typed.
"""

from tests.benchmarks.peers import django_stack

application = django_stack.application("tests.benchmarks.peers.drf_urls")
