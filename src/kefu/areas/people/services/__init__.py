"""Writes of the people room."""

from kefu.areas.people.services.accounts import (
    MOST_AT_ONCE,
    OpenedAccount,
    give_leaders_their_role,
    open_accounts,
)
from kefu.areas.people.services.agents import (
    ensure_agents,
    link_agent,
    link_agents,
    set_agent_active,
    update_agent,
)
from kefu.areas.people.services.bulk import NewEmployee, enter_employees
from kefu.areas.people.services.conduct import (
    add_honour,
    publish_code,
    remind_unsigned,
    remove_honour,
    sign_code,
    write_charter,
    write_code,
)
from kefu.areas.people.services.daily import bring_up_to_date
from kefu.areas.people.services.employees import (
    clean_phone,
    create_employee,
    link_user,
    record_leaving,
    transfer_employee,
    update_employee,
)
from kefu.areas.people.services.establishment import save_ratio_rule, set_headcount
from kefu.areas.people.services.expiry import CLOCK, follow_expiry
from kefu.areas.people.services.merits import (
    APPEAL_DAYS,
    EVIDENCE,
    appeal_merit,
    decide_appeal,
    record_merit,
    skip_merit_numbers,
)
from kefu.areas.people.services.posts import assign_post, require_skills, save_post, set_post_active
from kefu.areas.people.services.skills import (
    Proof,
    certify,
    certify_many,
    check_certifier,
    revoke_certificate,
    save_seat_type,
    save_skill,
)
from kefu.areas.people.services.standard import install_standard
from kefu.areas.people.services.units import (
    appoint,
    close_unit,
    create_unit,
    end_leadership,
    move_unit,
    update_unit,
)

__all__ = [
    "APPEAL_DAYS",
    "CLOCK",
    "EVIDENCE",
    "MOST_AT_ONCE",
    "NewEmployee",
    "OpenedAccount",
    "Proof",
    "add_honour",
    "appeal_merit",
    "appoint",
    "assign_post",
    "bring_up_to_date",
    "certify",
    "certify_many",
    "check_certifier",
    "clean_phone",
    "close_unit",
    "create_employee",
    "create_unit",
    "decide_appeal",
    "end_leadership",
    "ensure_agents",
    "enter_employees",
    "follow_expiry",
    "give_leaders_their_role",
    "install_standard",
    "link_agent",
    "link_agents",
    "link_user",
    "move_unit",
    "open_accounts",
    "publish_code",
    "record_leaving",
    "record_merit",
    "remind_unsigned",
    "remove_honour",
    "require_skills",
    "revoke_certificate",
    "save_post",
    "save_ratio_rule",
    "save_seat_type",
    "save_skill",
    "set_agent_active",
    "set_headcount",
    "set_post_active",
    "sign_code",
    "skip_merit_numbers",
    "transfer_employee",
    "update_agent",
    "update_employee",
    "update_unit",
    "write_charter",
    "write_code",
]
