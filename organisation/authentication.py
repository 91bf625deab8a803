"""Who is signed in."""

from django.contrib.auth.backends import ModelBackend

from .models import Generation, User


class WithUnit(ModelBackend):
    """The person comes with the unit, which nearly every page asks for, and with `generation`, the token of what all
    readers share. One query."""

    def get_user(self, user_id: int) -> User | None:
        people = User.objects.select_related("unit").annotate(generation=Generation.objects.all().token())
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
