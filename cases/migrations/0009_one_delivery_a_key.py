from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_keys_of_deliveries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='created_at',
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='key',
            field=models.CharField(max_length=320),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('key',), name='one_delivery_a_key'),
        ),
    ]
