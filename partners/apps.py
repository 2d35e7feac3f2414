"""The app of who acts."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Mitra"

    def ready(self) -> None:
        """Tell the lower rooms what the upper ones keep about an entry."""
        from partners.collaborations import merges as of_collaborations
        from partners.fulfilment import merges as of_fulfilment
        from partners.trust import following

        following.REFERENCES.extend((*of_collaborations.REFERENCES, *of_fulfilment.REFERENCES))
