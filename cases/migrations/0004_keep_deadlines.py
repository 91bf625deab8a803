from django.db import migrations

from cases.models.escalation import keep_deadlines


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_channels"), ("organisation", "0003_channels")]

    # Nothing to undo: the table goes with the migration before.
    operations = [migrations.RunPython(keep_deadlines, migrations.RunPython.noop)]
