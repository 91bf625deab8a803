"""The pages of Dialogen."""
