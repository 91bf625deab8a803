import django.db.models.deletion
import handbook.protection
import organisation.clock
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models
from organisation.migration_operations import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('handbook', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='HistoricalWheelEntry',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('actor_label', models.CharField(blank=True, max_length=200, verbose_name='who')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('key', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('title', models.CharField(max_length=120, verbose_name='what')),
                        ('description', models.TextField(blank=True, max_length=2000, verbose_name='how')),
                        ('day', models.DateField(verbose_name='first time')),
                        ('repeats', models.CharField(choices=[('yearly', 'Every year'), ('tertial', 'Every four months'), ('quarter', 'Every three months'), ('never', 'Only once')], default='yearly', max_length=10, verbose_name='repeats')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                        ('made_at', models.DateTimeField(default=organisation.clock.now, editable=False)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='handbook.document', verbose_name='page')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('responsible', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.unit', verbose_name='unit')),
                    ],
                    options={
                        'verbose_name': 'historical duty in the annual wheel',
                        'verbose_name_plural': 'historical duties in the annual wheel',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='WheelEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('title', models.CharField(max_length=120, verbose_name='what')),
                        ('description', models.TextField(blank=True, max_length=2000, verbose_name='how')),
                        ('day', models.DateField(verbose_name='first time')),
                        ('repeats', models.CharField(choices=[('yearly', 'Every year'), ('tertial', 'Every four months'), ('quarter', 'Every three months'), ('never', 'Only once')], default='yearly', max_length=10, verbose_name='repeats')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                        ('made_at', models.DateTimeField(default=organisation.clock.now, editable=False)),
                        ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handbook.document', verbose_name='page')),
                        ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wheel_entries', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='unit')),
                    ],
                    options={
                        'verbose_name': 'duty in the annual wheel',
                        'verbose_name_plural': 'duties in the annual wheel',
                        'ordering': ['title', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='WheelCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name='day')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='what was done')),
                        ('by_name', models.CharField(max_length=200, verbose_name='name')),
                        ('at', models.DateTimeField(default=organisation.clock.now, verbose_name='when')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='home.wheelentry', verbose_name='duty')),
                    ],
                    options={
                        'verbose_name': 'duty done',
                        'verbose_name_plural': 'duties done',
                        'ordering': ['-day'],
                        'constraints': [models.UniqueConstraint(fields=('entry', 'day'), name='duty_done_once_for_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCalendarLink',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('actor_label', models.CharField(blank=True, max_length=200, verbose_name='who')),
                        ('made_at', models.DateTimeField(default=organisation.clock.now)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical calendar subscription',
                        'verbose_name_plural': 'historical calendar subscriptions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='CalendarLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('made_at', models.DateTimeField(default=organisation.clock.now)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_link', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'calendar subscription',
                        'verbose_name_plural': 'calendar subscriptions',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('digest',), name='one_owner_of_a_digest')],
                    },
                ),
                migrations.CreateModel(
                    name='HomePage',
                    fields=[
                        ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                        ('intro', models.CharField(blank=True, max_length=200, verbose_name='introduction')),
                    ],
                    options={
                        'verbose_name': 'start page',
                    },
                    bases=(handbook.protection.FixedPage, 'wagtailcore.page'),
                ),
            ]
        ),
    ]
