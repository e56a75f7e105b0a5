"""The personal part of the file: papers, contacts, lists, contracts, documents, own changes, print-outs."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('people', '0004_drop_post_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_token', models.BinaryField(max_length=16, null=True)),
                ('relation', models.CharField(choices=[('spouse', '配偶'), ('parent', '父母'), ('child', '子女'), ('sibling', '兄弟姐妹'), ('relative', '其他亲属'), ('friend', '朋友')], max_length=12, verbose_name='关系')),
                ('phone_token', models.BinaryField(max_length=16, null=True)),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_contacts', to='people.employee')),
            ],
            options={
                'verbose_name': '紧急联系人',
                'verbose_name_plural': '紧急联系人',
                'ordering': ('employee', 'id'),
            },
        ),
        migrations.CreateModel(
            name='EmployeeDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('id_copy', '证件复印件'), ('diploma', '学历学位证明'), ('credential', '资格证书'), ('contract', '合同与协议'), ('health', '入职体检'), ('evidence', '变更证明'), ('other', '其他')], max_length=12, verbose_name='用途')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('is_pending', models.BooleanField(default=False)),
                ('uploaded_at', models.DateTimeField()),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='people.employee')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '档案资料',
                'verbose_name_plural': '档案资料',
                'ordering': ('-uploaded_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='证书名称')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='证书编号')),
                ('issuer', models.CharField(blank=True, max_length=80, verbose_name='发证机构')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='发证日期')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='people.employee')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='credentials', to='people.employeedocument')),
            ],
            options={
                'verbose_name': '证书',
                'verbose_name_plural': '证书',
                'ordering': ('employee', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('fixed', '固定期限劳动合同'), ('open', '无固定期限劳动合同'), ('task', '以完成一定任务为期限的劳动合同'), ('seasonal', '定期工作协议书'), ('dispatch', '劳务派遣协议'), ('intern', '实习协议'), ('service', '劳务协议'), ('secrecy', '保密协议'), ('training', '培训服务期协议')], max_length=12, verbose_name='类型')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='合同编号')),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='签订日期')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='people.employee')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contracts', to='people.employeedocument')),
            ],
            options={
                'verbose_name': '合同',
                'verbose_name_plural': '合同',
                'ordering': ('employee', '-starts_on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='FormPrint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('application', '应聘登记表'), ('registration', '在职人员登记表'), ('archive', '员工档案表')], max_length=12, verbose_name='表格')),
                ('is_full', models.BooleanField(verbose_name='完整信息')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('printed_at', models.DateTimeField(verbose_name='打印时间')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='people.employee')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('printed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '打印记录',
                'verbose_name_plural': '打印记录',
                'ordering': ('-printed_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='OwnChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', '待审核'), ('applied', '已生效'), ('declined', '未通过'), ('withdrawn', '已撤回')], default='pending', max_length=12, verbose_name='状态')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('submitted_at', models.DateTimeField(verbose_name='提交时间')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('approval_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_changes', to='people.employee')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.employeedocument')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '档案变更申请',
                'verbose_name_plural': '档案变更申请',
                'ordering': ('-submitted_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='OwnChangeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=60)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('is_pending', models.BooleanField(default=True)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='people.ownchange')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.employee')),
            ],
            options={
                'verbose_name': '档案变更内容',
                'verbose_name_plural': '档案变更内容',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='PersonalFile',
            fields=[
                ('employee', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='personal_file', serialize=False, to='people.employee')),
                ('id_kind', models.CharField(blank=True, choices=[('resident', '居民身份证'), ('passport', '护照'), ('permit', '港澳台居民居住证'), ('foreign', '外国人永久居留证')], max_length=12, verbose_name='证件类型')),
                ('id_number_token', models.BinaryField(max_length=16, null=True)),
                ('second_phone_token', models.BinaryField(max_length=16, null=True)),
                ('mail_token', models.BinaryField(max_length=16, null=True)),
                ('wechat_token', models.BinaryField(max_length=16, null=True)),
                ('address_token', models.BinaryField(max_length=16, null=True)),
                ('bank_account_token', models.BinaryField(max_length=16, null=True)),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='转正日期')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('photo', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='照片')),
            ],
            options={
                'verbose_name': '员工档案',
                'verbose_name_plural': '员工档案',
            },
        ),
        migrations.CreateModel(
            name='Schooling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school', models.CharField(max_length=80, verbose_name='学校')),
                ('major', models.CharField(blank=True, max_length=80, verbose_name='专业')),
                ('education', models.CharField(choices=[('junior', '初中及以下'), ('senior', '高中'), ('vocational', '中专'), ('college', '大专'), ('bachelor', '本科'), ('master', '硕士'), ('doctor', '博士')], max_length=12, verbose_name='学历')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='入学日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='毕业日期')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='schooling', to='people.employeedocument')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schooling', to='people.employee')),
            ],
            options={
                'verbose_name': '教育经历',
                'verbose_name_plural': '教育经历',
                'ordering': ('employee', models.OrderBy(models.F('starts_on'), descending=True, nulls_last=True), '-id'),
            },
        ),
        migrations.CreateModel(
            name='EarlierPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employer', models.CharField(max_length=80, verbose_name='单位名称')),
                ('post', models.CharField(max_length=80, verbose_name='岗位')),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='离职原因')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier_posts', to='people.employee')),
            ],
            options={
                'verbose_name': '工作经历',
                'verbose_name_plural': '工作经历',
                'ordering': ('employee', '-starts_on', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_earlierpost_lasts')],
            },
        ),
        migrations.AddIndex(
            model_name='employeedocument',
            index=models.Index(fields=['employee', '-uploaded_at'], name='people_document_of'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['expires_on'], name='people_credential_expiry'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__isnull', True), ('issued_on__isnull', True), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='people_credential_lasts'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['ends_on'], name='people_contract_end'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_contract_lasts'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('starts_on')), _connector='OR'), name='people_contract_ended'),
        ),
        migrations.AddIndex(
            model_name='formprint',
            index=models.Index(fields=['employee', '-printed_at'], name='people_print_of'),
        ),
        migrations.AddIndex(
            model_name='formprint',
            index=models.Index(fields=['-printed_at', '-id'], name='people_print_newest'),
        ),
        migrations.AddIndex(
            model_name='ownchange',
            index=models.Index(fields=['employee', '-submitted_at'], name='people_ownchange_of'),
        ),
        migrations.AddConstraint(
            model_name='ownchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='people_ownchange_settled'),
        ),
        migrations.AddConstraint(
            model_name='ownchangeitem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_pending', True), models.Q(('target__endswith', ':new'), _negated=True)), fields=('employee', 'target'), name='people_ownchange_once'),
        ),
        migrations.AddIndex(
            model_name='personalfile',
            index=models.Index(fields=['id_number_token'], name='people_file_id_number'),
        ),
        migrations.AddConstraint(
            model_name='schooling',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('starts_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_schooling_lasts'),
        ),
    ]
