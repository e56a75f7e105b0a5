"""What personal files bring to the platform: purposes of files, clocks, parameters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.areas.people import permissions
from kefu.areas.people.engine.file_fields import FIELDS
from kefu.areas.people.queries import file as queries
from kefu.areas.people.services.file import documents, erasing, own_changes, printing, terms
from kefu.areas.people.web.file.imports import FILES
from kefu.platform.approvals.choices import FactType
from kefu.platform.approvals.registry import approval_kind
from kefu.platform.approvals.rules import FactSpec, Rule, StepSpec
from kefu.platform.clocks.registry import clock_kind
from kefu.platform.files.registry import purpose
from kefu.platform.imports.registry import KINDS
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param
from kefu.platform.privacy.registry import SUBJECT_KINDS

PICTURES = ("image/jpeg", "image/png", "image/webp")
DAY = 24 * 3600
WORKING_DAY = 8 * 3600


def register() -> None:
    """Declare them."""
    purpose(
        documents.PHOTO,
        permissions.EMPLOYEE_VIEW,
        ("image/jpeg",),
        2 * 2**20,
        may_read=lambda viewer, file: queries.may_read_photo(viewer, file.pk),
    )
    purpose(
        documents.DOCUMENT,
        permissions.FILE_VIEW,
        ("application/pdf", *PICTURES),
        10 * 2**20,
        logs_access=True,
        may_read=lambda viewer, file: queries.may_read_document(viewer, file.pk),
    )
    purpose(
        printing.PRINT,
        permissions.FILE_EXPORT,
        ("application/pdf",),
        200 * 2**20,
        logs_access=True,
        keep_days=7,
        may_read=lambda viewer, file: queries.may_read_print(viewer, file.pk),
    )
    KINDS.register(FILES)
    SUBJECT_KINDS.register(erasing.EMPLOYEES)
    PARAMS.register(
        Param(
            erasing.KEEP_MONTHS,
            _("离职员工档案保存期"),
            ParamType.INT,
            24,
            help=_("最后工作日之后保存多少个月才可以删除个人信息。法律要求劳动合同至少保存两年。"),
            minimum=0,
            maximum=600,
            unit=_("个月"),
        )
    )
    approval_kind(
        own_changes.KIND,
        _("员工本人档案变更"),
        summary=own_changes.summary,
        approved=own_changes.approved,
        declined=own_changes.declined,
        withdrawn=own_changes.withdrawn,
        permission=permissions.FILE_VIEW,
        icon="folder-tree",
        facts=(
            FactSpec("parts", _("变更的内容"), FactType.LIST, tuple((code, f.label) for code, f in FIELDS.items())),
            FactSpec("is_evidenced", _("涉及姓名、证件或工资卡"), FactType.BOOL),
        ),
        rules=(Rule((StepSpec("people_officer"),)),),
    )
    levels = ((0, "leader"), (2 * WORKING_DAY, "people_officer"))
    clock_kind(
        terms.CONTRACT_END,
        _("合同到期"),
        remind_before=(60 * DAY, 30 * DAY, 7 * DAY),
        escalate=levels,
        on_event=_("登记有结束日期的合同"),
    )
    clock_kind(
        terms.PROBATION_END,
        _("试用期届满"),
        remind_before=(15 * DAY, 5 * DAY),
        escalate=levels,
        on_event=_("填写试用期截止日期"),
    )
    clock_kind(
        terms.CREDENTIAL_END,
        _("证书到期"),
        remind_before=(60 * DAY, 30 * DAY, 7 * DAY),
        escalate=levels,
        on_event=_("登记有有效期的证书"),
    )
