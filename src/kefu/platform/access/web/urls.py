"""The addresses of access."""

from __future__ import annotations

from django.urls import path

from kefu.platform.access.web import (
    account,
    delegations,
    roles,
    seats,
    second_factor,
    signing_in,
    single_sign_on,
    users,
    viewing,
    why,
)

app_name = "access"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/second-factor/", second_factor.step, name="second_factor"),
    path("sign-in/with/<slug:code>/", single_sign_on.begin, name="oidc"),
    path("sign-in/with/<slug:code>/back/", single_sign_on.back, name="oidc_back"),
    path("account/identities/<slug:code>/link/", single_sign_on.link, name="link_identity"),
    path("account/identities/<int:identity_id>/unlink/", single_sign_on.unlink, name="unlink_identity"),
    path("system/providers/", single_sign_on.providers, name="providers"),
    path("system/providers/new/", single_sign_on.provider, name="new_provider"),
    path("system/providers/<int:provider_id>/", single_sign_on.provider, name="provider"),
    path("locked/", seats.locked, name="locked"),
    path("account/lock/", seats.lock, name="lock"),
    path("account/second-factor/", second_factor.own, name="own_second_factor"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/password/", signing_in.password, name="password"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/revoke-others/", account.revoke_others, name="revoke_others"),
    path("account/sessions/<int:record_id>/revoke/", account.revoke_session, name="revoke_session"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/new/", account.new_token, name="new_token"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="revoke_token"),
    path("account/delegations/", delegations.mine, name="delegations"),
    path("account/delegations/<int:delegation_id>/end/", delegations.end, name="end_delegation"),
    path("system/delegations/", delegations.all_of_them, name="all_delegations"),
    path("system/delegations/new/", delegations.new, name="new_delegation"),
    path("system/users/", users.users, name="users"),
    path("system/users/new/", users.new_user, name="new_user"),
    path("system/users/<int:user_id>/", users.user, name="user"),
    path("system/users/<int:user_id>/assign/", users.assign, name="assign"),
    path("system/users/<int:user_id>/roles/<int:assignment_id>/end/", users.end_assignment, name="end_assignment"),
    path("system/users/<int:user_id>/password/", users.reset_password, name="reset_password"),
    path("system/users/<int:user_id>/second-factor/", second_factor.reset, name="reset_second_factor"),
    path("system/roles/<int:role_id>/protection/", roles.protect, name="protect_role"),
    path("system/users/<int:user_id>/active/", users.set_active, name="set_active"),
    path("access/why/", why.why, name="why"),
    path("system/users/<int:user_id>/view-as/", viewing.begin, name="view_as"),
    path("account/viewing/end/", viewing.end, name="end_viewing"),
    path("system/roles/", roles.roles, name="roles"),
    path("system/roles/new/", roles.new_role, name="new_role"),
    path("system/roles/<int:role_id>/", roles.role, name="role"),
    path("system/roles/<int:role_id>/delete/", roles.delete_role, name="delete_role"),
    path("system/scope/", roles.tree, name="tree"),
]
