"""Accounts of messengers and banks are personal values, too."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='vaultvalue',
            name='kind',
            field=models.CharField(choices=[('phone', '电话'), ('name', '姓名'), ('customer_key', '客户号'), ('id_number', '证件号'), ('address', '地址'), ('email', '邮箱'), ('wechat', '微信号'), ('bank_account', '银行账号')], max_length=16),
        ),
    ]
