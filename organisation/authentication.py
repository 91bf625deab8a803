"""Who is signed in."""

from django.contrib.auth.backends import ModelBackend

from .models import User


class WithUnit(ModelBackend):
    """The person comes with the unit, which nearly every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
