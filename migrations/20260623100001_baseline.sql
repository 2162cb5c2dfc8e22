-- SPDX-License-Identifier: Apache-2.0
--
-- The schema of Matrix Authentication Service 1.21, for an empty database, in one transaction. Names of tables, columns,
-- constraints and indexes are those that MAS gives them, oddities included: either server must be able to take over what
-- the other one left. Databases that MAS created are taken over as they are and never see this file.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The ledger of the reference: written once, so that MAS 1.21 finds nothing to do

CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version        bigint      NOT NULL,
    description    text        NOT NULL,
    installed_on   timestamptz NOT NULL DEFAULT now(),
    success        boolean     NOT NULL,
    checksum       bytea       NOT NULL,
    execution_time bigint      NOT NULL,
    CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version)
);

-- Accounts

CREATE TABLE users (
    user_id           uuid        NOT NULL,
    username          text        NOT NULL,
    created_at        timestamptz NOT NULL,
    locked_at         timestamptz,
    can_request_admin boolean     NOT NULL DEFAULT false,
    is_guest          boolean     NOT NULL DEFAULT false,
    deactivated_at    timestamptz,
    CONSTRAINT users_pkey PRIMARY KEY (user_id),
    CONSTRAINT users_username_unique UNIQUE (username)
);
CREATE INDEX users_lower_username_idx ON users (lower(username));
CREATE INDEX users_username_trgm_idx ON users USING gin (username gin_trgm_ops);

CREATE TABLE user_passwords (
    user_password_id uuid        NOT NULL,
    user_id          uuid        NOT NULL,
    hashed_password  text        NOT NULL,
    created_at       timestamptz NOT NULL,
    version          integer     NOT NULL,
    upgraded_from_id uuid,
    CONSTRAINT user_passwords_pkey PRIMARY KEY (user_password_id),
    CONSTRAINT user_passwords_upgraded_from_id_fkey
        FOREIGN KEY (upgraded_from_id) REFERENCES user_passwords (user_password_id) ON DELETE SET NULL,
    CONSTRAINT user_passwords_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id)
);
CREATE INDEX user_passwords_user_fk ON user_passwords (user_id);

CREATE TABLE user_emails (
    user_email_id uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    email         text        NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT user_emails_pkey PRIMARY KEY (user_email_id),
    CONSTRAINT user_emails_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
);
CREATE INDEX user_emails_email_idx ON user_emails (email);
CREATE INDEX user_emails_lower_email_idx ON user_emails (lower(email));
CREATE INDEX user_emails_user_fk ON user_emails (user_id);

CREATE TABLE user_terms (
    user_terms_id uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    terms_url     text        NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT user_terms_pkey PRIMARY KEY (user_terms_id),
    CONSTRAINT user_terms_user_id_terms_url_key UNIQUE (user_id, terms_url),
    CONSTRAINT user_terms_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
);
CREATE INDEX user_terms_user_fk ON user_terms (user_id);

CREATE TABLE user_unsupported_third_party_ids (
    user_id    uuid        NOT NULL,
    medium     text        NOT NULL,
    address    text        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT user_unsupported_third_party_ids_pkey PRIMARY KEY (user_id, medium, address),
    CONSTRAINT user_unsupported_third_party_ids_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
);

-- Upstream providers

CREATE TABLE upstream_oauth_providers (
    upstream_oauth_provider_id      uuid        NOT NULL,
    issuer                          text,
    scope                           text        NOT NULL,
    client_id                       text        NOT NULL,
    encrypted_client_secret         text,
    token_endpoint_signing_alg      text,
    token_endpoint_auth_method      text        NOT NULL,
    created_at                      timestamptz NOT NULL,
    claims_imports                  jsonb       NOT NULL DEFAULT '{}',
    jwks_uri_override               text,
    authorization_endpoint_override text,
    token_endpoint_override         text,
    discovery_mode                  text        NOT NULL DEFAULT 'oidc',
    pkce_mode                       text        NOT NULL DEFAULT 'auto',
    human_name                      text,
    brand_name                      text,
    additional_parameters           jsonb,
    disabled_at                     timestamptz,
    response_mode                   text        DEFAULT 'query',
    fetch_userinfo                  boolean     NOT NULL DEFAULT false,
    userinfo_endpoint_override      text,
    id_token_signed_response_alg    text        NOT NULL DEFAULT 'RS256',
    userinfo_signed_response_alg    text,
    ui_order                        integer     NOT NULL DEFAULT 0,
    forward_login_hint              boolean     NOT NULL DEFAULT false,
    on_backchannel_logout           text        NOT NULL DEFAULT 'do_nothing',
    registration_token_required     boolean     NOT NULL DEFAULT false,
    CONSTRAINT upstream_oauth_providers_pkey PRIMARY KEY (upstream_oauth_provider_id)
);

CREATE TABLE upstream_oauth_links (
    upstream_oauth_link_id     uuid        NOT NULL,
    upstream_oauth_provider_id uuid        NOT NULL,
    user_id                    uuid,
    subject                    text        NOT NULL,
    created_at                 timestamptz NOT NULL,
    human_account_name         text,
    CONSTRAINT upstream_oauth_links_pkey PRIMARY KEY (upstream_oauth_link_id),
    CONSTRAINT upstream_oauth_links_subject_unique UNIQUE (upstream_oauth_provider_id, subject),
    CONSTRAINT upstream_oauth_link_user_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT upstream_oauth_links_provider_fkey
        FOREIGN KEY (upstream_oauth_provider_id) REFERENCES upstream_oauth_providers (upstream_oauth_provider_id)
);
CREATE INDEX idx_upstream_oauth_links_orphaned ON upstream_oauth_links (upstream_oauth_link_id)
    WHERE user_id IS NULL;
CREATE INDEX upstream_oauth_links_provider_fk ON upstream_oauth_links (upstream_oauth_provider_id);
CREATE INDEX upstream_oauth_links_user_fk ON upstream_oauth_links (user_id);

-- Browser sessions

CREATE TABLE user_sessions (
    user_session_id uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    user_agent      text,
    last_active_at  timestamptz,
    last_active_ip  inet,
    CONSTRAINT user_sessions_pkey PRIMARY KEY (user_session_id),
    CONSTRAINT user_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id)
);
CREATE INDEX user_sessions_finished_at_idx ON user_sessions (finished_at)
    WHERE finished_at IS NOT NULL;
CREATE INDEX user_sessions_inactive_ips_idx ON user_sessions (last_active_at)
    WHERE last_active_ip IS NOT NULL AND last_active_at IS NOT NULL;
CREATE INDEX user_sessions_last_active_at_idx ON user_sessions (last_active_at);
CREATE INDEX user_sessions_user_fk ON user_sessions (user_id) INCLUDE (last_active_at);

CREATE TABLE upstream_oauth_authorization_sessions (
    upstream_oauth_authorization_session_id uuid        NOT NULL,
    upstream_oauth_provider_id              uuid        NOT NULL,
    upstream_oauth_link_id                  uuid,
    id_token                                text,
    state                                   text        NOT NULL,
    code_challenge_verifier                 text,
    nonce                                   text,
    created_at                              timestamptz NOT NULL,
    completed_at                            timestamptz,
    consumed_at                             timestamptz,
    extra_callback_parameters               jsonb,
    userinfo                                jsonb,
    unlinked_at                             timestamptz,
    id_token_claims                         jsonb,
    user_session_id                         uuid,
    CONSTRAINT upstream_oauth_authorization_sessions_pkey PRIMARY KEY (upstream_oauth_authorization_session_id),
    CONSTRAINT upstream_oauth_authorization_sessions_state_unique UNIQUE (state),
    CONSTRAINT upstream_oauth_authorization_sessions_link_fkey
        FOREIGN KEY (upstream_oauth_link_id) REFERENCES upstream_oauth_links (upstream_oauth_link_id),
    CONSTRAINT upstream_oauth_authorization_sessions_provider_fkey
        FOREIGN KEY (upstream_oauth_provider_id) REFERENCES upstream_oauth_providers (upstream_oauth_provider_id),
    CONSTRAINT upstream_oauth_authorization_sessions_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id) ON DELETE SET NULL
);
CREATE INDEX upstream_oauth_authorization_sessions_link_fk ON upstream_oauth_authorization_sessions (upstream_oauth_link_id);
CREATE INDEX upstream_oauth_authorization_sessions_orphaned ON upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id)
    WHERE user_session_id IS NULL;
CREATE INDEX upstream_oauth_authorization_sessions_provider_fk ON upstream_oauth_authorization_sessions (upstream_oauth_provider_id);
CREATE INDEX upstream_oauth_authorization_sessions_sid_sub_idx ON upstream_oauth_authorization_sessions (upstream_oauth_provider_id, (id_token_claims ->> 'sid'), (id_token_claims ->> 'sub'));
CREATE INDEX upstream_oauth_authorization_sessions_sub_sid_idx ON upstream_oauth_authorization_sessions (upstream_oauth_provider_id, (id_token_claims ->> 'sub'), (id_token_claims ->> 'sid'));
CREATE INDEX upstream_oauth_authorization_sessions_user_session_id_idx ON upstream_oauth_authorization_sessions (user_session_id);

CREATE TABLE user_session_authentications (
    user_session_authentication_id          uuid        NOT NULL,
    user_session_id                         uuid        NOT NULL,
    created_at                              timestamptz NOT NULL,
    user_password_id                        uuid,
    upstream_oauth_authorization_session_id uuid,
    CONSTRAINT user_session_authentications_pkey PRIMARY KEY (user_session_authentication_id),
    CONSTRAINT user_session_authentications_upstream_oauth_authorization__fkey
        FOREIGN KEY (upstream_oauth_authorization_session_id) REFERENCES upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id) ON DELETE SET NULL,
    CONSTRAINT user_session_authentications_user_password_id_fkey
        FOREIGN KEY (user_password_id) REFERENCES user_passwords (user_password_id) ON DELETE SET NULL,
    CONSTRAINT user_session_authentications_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id)
);
CREATE INDEX user_session_authentications_upstream_oauth_session_fk ON user_session_authentications (upstream_oauth_authorization_session_id);
CREATE INDEX user_session_authentications_user_password_fk ON user_session_authentications (user_password_id);
CREATE INDEX user_session_authentications_user_session_fk ON user_session_authentications (user_session_id);

-- Registration, proof of e-mail addresses, recovery

CREATE TABLE user_registration_tokens (
    user_registration_token_id uuid        NOT NULL,
    token                      text        NOT NULL,
    usage_limit                integer,
    times_used                 integer     NOT NULL DEFAULT 0,
    created_at                 timestamptz NOT NULL,
    last_used_at               timestamptz,
    expires_at                 timestamptz,
    revoked_at                 timestamptz,
    CONSTRAINT user_registration_tokens_pkey PRIMARY KEY (user_registration_token_id),
    CONSTRAINT user_registration_tokens_token_key UNIQUE (token)
);
CREATE INDEX user_registration_tokens_created_at_idx ON user_registration_tokens (created_at);
CREATE INDEX user_registration_tokens_expires_at_idx ON user_registration_tokens (expires_at);
CREATE INDEX user_registration_tokens_last_used_at_idx ON user_registration_tokens (last_used_at);
CREATE INDEX user_registration_tokens_revoked_at_idx ON user_registration_tokens (revoked_at);
CREATE INDEX user_registration_tokens_times_used_idx ON user_registration_tokens (times_used);
CREATE INDEX user_registration_tokens_usage_limit_idx ON user_registration_tokens (usage_limit);

CREATE TABLE user_registrations (
    user_registration_id                    uuid        NOT NULL,
    ip_address                              inet,
    user_agent                              text,
    post_auth_action                        jsonb,
    username                                text        NOT NULL,
    display_name                            text,
    terms_url                               text,
    email_authentication_id                 uuid,
    hashed_password                         text,
    hashed_password_version                 integer,
    created_at                              timestamptz NOT NULL,
    completed_at                            timestamptz,
    user_registration_token_id              uuid,
    upstream_oauth_authorization_session_id uuid,
    CONSTRAINT user_registrations_pkey PRIMARY KEY (user_registration_id),
    CONSTRAINT user_registrations_upstream_oauth_authorization_session_id_fkey
        FOREIGN KEY (upstream_oauth_authorization_session_id) REFERENCES upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id) ON DELETE SET NULL,
    CONSTRAINT user_registrations_user_registration_token_id_fkey
        FOREIGN KEY (user_registration_token_id) REFERENCES user_registration_tokens (user_registration_token_id) ON DELETE SET NULL
);
CREATE INDEX user_registrations_email_authentication_fk ON user_registrations (email_authentication_id);
CREATE INDEX user_registrations_upstream_oauth_session_id_idx ON user_registrations (upstream_oauth_authorization_session_id);
CREATE INDEX user_registrations_user_registration_token_id_fk ON user_registrations (user_registration_token_id);

CREATE TABLE user_email_authentications (
    user_email_authentication_id uuid        NOT NULL,
    user_session_id              uuid,
    email                        text        NOT NULL,
    created_at                   timestamptz NOT NULL,
    completed_at                 timestamptz,
    user_registration_id         uuid,
    CONSTRAINT user_email_authentications_pkey PRIMARY KEY (user_email_authentication_id),
    CONSTRAINT user_email_authentications_user_registration_id_fkey
        FOREIGN KEY (user_registration_id) REFERENCES user_registrations (user_registration_id) ON DELETE CASCADE,
    CONSTRAINT user_email_authentications_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id) ON DELETE SET NULL
);
CREATE INDEX user_email_authentications_user_registration_fk ON user_email_authentications (user_registration_id);
CREATE INDEX user_email_authentications_user_session_fk ON user_email_authentications (user_session_id);
ALTER TABLE user_registrations
    ADD CONSTRAINT user_registrations_email_authentication_id_fkey
    FOREIGN KEY (email_authentication_id) REFERENCES user_email_authentications (user_email_authentication_id) ON DELETE SET NULL;

CREATE TABLE user_email_authentication_codes (
    user_email_authentication_code_id uuid        NOT NULL,
    user_email_authentication_id      uuid        NOT NULL,
    code                              text        NOT NULL,
    created_at                        timestamptz NOT NULL,
    expires_at                        timestamptz NOT NULL,
    CONSTRAINT user_email_authentication_codes_pkey PRIMARY KEY (user_email_authentication_code_id),
    CONSTRAINT user_email_authentication_codes_auth_id_code_unique UNIQUE (user_email_authentication_id, code),
    CONSTRAINT user_email_authentication_cod_user_email_authentication_id_fkey
        FOREIGN KEY (user_email_authentication_id) REFERENCES user_email_authentications (user_email_authentication_id) ON DELETE CASCADE
);
CREATE INDEX user_email_authentication_codes_authentication_fk ON user_email_authentication_codes (user_email_authentication_id);

CREATE TABLE user_recovery_sessions (
    user_recovery_session_id uuid        NOT NULL,
    email                    text        NOT NULL,
    user_agent               text        NOT NULL,
    ip_address               inet,
    locale                   text        NOT NULL,
    created_at               timestamptz NOT NULL,
    consumed_at              timestamptz,
    CONSTRAINT user_recovery_sessions_pkey PRIMARY KEY (user_recovery_session_id)
);

CREATE TABLE user_recovery_tickets (
    user_recovery_ticket_id  uuid        NOT NULL,
    user_recovery_session_id uuid        NOT NULL,
    user_email_id            uuid        NOT NULL,
    ticket                   text        NOT NULL,
    created_at               timestamptz NOT NULL,
    expires_at               timestamptz NOT NULL,
    CONSTRAINT user_recovery_tickets_pkey PRIMARY KEY (user_recovery_ticket_id),
    CONSTRAINT user_recovery_tickets_user_email_id_fkey
        FOREIGN KEY (user_email_id) REFERENCES user_emails (user_email_id) ON DELETE CASCADE,
    CONSTRAINT user_recovery_tickets_user_recovery_session_id_fkey
        FOREIGN KEY (user_recovery_session_id) REFERENCES user_recovery_sessions (user_recovery_session_id) ON DELETE CASCADE
);
CREATE INDEX user_recovery_tickets_session_fk ON user_recovery_tickets (user_recovery_session_id);
CREATE INDEX user_recovery_tickets_ticket_idx ON user_recovery_tickets (ticket);
CREATE INDEX user_recovery_tickets_user_email_fk ON user_recovery_tickets (user_email_id);

-- OAuth 2.0

CREATE TABLE oauth2_clients (
    oauth2_client_id                uuid        NOT NULL,
    encrypted_client_secret         text,
    grant_type_authorization_code   boolean     NOT NULL,
    grant_type_refresh_token        boolean     NOT NULL,
    client_name                     text,
    logo_uri                        text,
    client_uri                      text,
    policy_uri                      text,
    tos_uri                         text,
    jwks_uri                        text,
    jwks                            jsonb,
    id_token_signed_response_alg    text,
    token_endpoint_auth_method      text,
    token_endpoint_auth_signing_alg text,
    initiate_login_uri              text,
    userinfo_signed_response_alg    text,
    created_at                      timestamptz,
    is_static                       boolean     NOT NULL DEFAULT false,
    redirect_uris                   text[]      NOT NULL DEFAULT '{}',
    application_type                text,
    contacts                        text[]      NOT NULL DEFAULT '{}',
    grant_type_client_credentials   boolean     NOT NULL DEFAULT false,
    grant_type_device_code          boolean     NOT NULL DEFAULT false,
    metadata_digest                 text,
    CONSTRAINT oauth2_clients_pkey PRIMARY KEY (oauth2_client_id),
    CONSTRAINT oauth2_clients_metadata_digest_key UNIQUE (metadata_digest)
);
CREATE INDEX oauth2_clients_client_name_trgm_idx ON oauth2_clients USING gin (client_name gin_trgm_ops);
CREATE INDEX oauth2_clients_client_uri_trgm_idx ON oauth2_clients USING gin (client_uri gin_trgm_ops);

CREATE TABLE oauth2_sessions (
    oauth2_session_id uuid        NOT NULL,
    user_session_id   uuid,
    oauth2_client_id  uuid        NOT NULL,
    created_at        timestamptz NOT NULL,
    finished_at       timestamptz,
    user_id           uuid,
    scope_list        text[]      NOT NULL,
    last_active_at    timestamptz,
    last_active_ip    inet,
    user_agent        text,
    human_name        text,
    CONSTRAINT oauth2_sessions_pkey PRIMARY KEY (oauth2_session_id),
    CONSTRAINT oauth2_sessions_oauth2_client_id_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id),
    CONSTRAINT oauth2_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE,
    CONSTRAINT oauth2_sessions_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id)
);
CREATE INDEX oauth2_sessions_active_client_idx ON oauth2_sessions (oauth2_client_id)
    WHERE finished_at IS NULL;
CREATE INDEX oauth2_sessions_active_user_client_idx ON oauth2_sessions (user_id, oauth2_client_id)
    WHERE finished_at IS NULL;
CREATE INDEX oauth2_sessions_client_fk ON oauth2_sessions (oauth2_client_id);
CREATE INDEX oauth2_sessions_finished_at_idx ON oauth2_sessions (finished_at)
    WHERE finished_at IS NOT NULL;
CREATE INDEX oauth2_sessions_inactive_ips_idx ON oauth2_sessions (last_active_at)
    WHERE last_active_ip IS NOT NULL AND last_active_at IS NOT NULL;
CREATE INDEX oauth2_sessions_last_active_at_idx ON oauth2_sessions (last_active_at);
CREATE INDEX oauth2_sessions_scope_list_idx ON oauth2_sessions USING gin (scope_list);
CREATE INDEX oauth2_sessions_user_fk ON oauth2_sessions (user_id) INCLUDE (last_active_at);
CREATE INDEX oauth2_sessions_user_session_fk ON oauth2_sessions (user_session_id);

CREATE TABLE oauth2_authorization_grants (
    oauth2_authorization_grant_id uuid        NOT NULL,
    oauth2_client_id              uuid        NOT NULL,
    oauth2_session_id             uuid,
    authorization_code            text,
    redirect_uri                  text        NOT NULL,
    scope                         text        NOT NULL,
    state                         text,
    nonce                         text,
    response_mode                 text        NOT NULL,
    code_challenge_method         text,
    code_challenge                text,
    response_type_code            boolean     NOT NULL,
    response_type_id_token        boolean     NOT NULL,
    created_at                    timestamptz NOT NULL,
    fulfilled_at                  timestamptz,
    cancelled_at                  timestamptz,
    exchanged_at                  timestamptz,
    login_hint                    text,
    locale                        text,
    raw_parameters                jsonb,
    CONSTRAINT oauth2_authorization_grants_pkey PRIMARY KEY (oauth2_authorization_grant_id),
    CONSTRAINT oauth2_authorization_grants_authorization_code_unique UNIQUE (authorization_code),
    CONSTRAINT tbl_oauth2_client_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id),
    CONSTRAINT tbl_oauth2_session_fkey
        FOREIGN KEY (oauth2_session_id) REFERENCES oauth2_sessions (oauth2_session_id)
);
CREATE INDEX oauth2_authorization_grants_client_fk ON oauth2_authorization_grants (oauth2_client_id);
CREATE INDEX oauth2_authorization_grants_session_fk ON oauth2_authorization_grants (oauth2_session_id);

CREATE TABLE oauth2_device_code_grant (
    oauth2_device_code_grant_id uuid        NOT NULL,
    oauth2_client_id            uuid        NOT NULL,
    scope                       text        NOT NULL,
    user_code                   text        NOT NULL,
    device_code                 text        NOT NULL,
    created_at                  timestamptz NOT NULL,
    expires_at                  timestamptz NOT NULL,
    fulfilled_at                timestamptz,
    rejected_at                 timestamptz,
    exchanged_at                timestamptz,
    oauth2_session_id           uuid,
    user_session_id             uuid,
    ip_address                  inet,
    user_agent                  text,
    locale                      text,
    CONSTRAINT oauth2_device_code_grant_pkey PRIMARY KEY (oauth2_device_code_grant_id),
    CONSTRAINT oauth2_device_code_grant_device_code_key UNIQUE (device_code),
    CONSTRAINT oauth2_device_code_grant_user_code_key UNIQUE (user_code),
    CONSTRAINT oauth2_device_code_grant_oauth2_client_id_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id) ON DELETE CASCADE,
    CONSTRAINT oauth2_device_code_grant_oauth2_session_id_fkey
        FOREIGN KEY (oauth2_session_id) REFERENCES oauth2_sessions (oauth2_session_id) ON DELETE CASCADE,
    CONSTRAINT oauth2_device_code_grant_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id)
);
CREATE INDEX oauth2_device_code_grants_client_fk ON oauth2_device_code_grant (oauth2_client_id);
CREATE INDEX oauth2_device_code_grants_session_fk ON oauth2_device_code_grant (oauth2_session_id);
CREATE INDEX oauth2_device_code_grants_user_session_fk ON oauth2_device_code_grant (user_session_id);

CREATE TABLE oauth2_access_tokens (
    oauth2_access_token_id uuid        NOT NULL,
    oauth2_session_id      uuid        NOT NULL,
    access_token           text        NOT NULL,
    created_at             timestamptz NOT NULL,
    expires_at             timestamptz,
    revoked_at             timestamptz,
    first_used_at          timestamptz,
    CONSTRAINT oauth2_access_tokens_pkey PRIMARY KEY (oauth2_access_token_id),
    CONSTRAINT oauth2_access_tokens_unique UNIQUE (access_token),
    CONSTRAINT oauth2_access_tokens_oauth2_session_id_fkey
        FOREIGN KEY (oauth2_session_id) REFERENCES oauth2_sessions (oauth2_session_id)
);
CREATE INDEX oauth2_access_tokens_session_fk ON oauth2_access_tokens (oauth2_session_id);
CREATE INDEX oauth_access_tokens_expires_at_idx ON oauth2_access_tokens (expires_at)
    WHERE expires_at IS NOT NULL;
CREATE INDEX oauth_access_tokens_revoked_at_idx ON oauth2_access_tokens (revoked_at)
    WHERE revoked_at IS NOT NULL;

CREATE TABLE oauth2_refresh_tokens (
    oauth2_refresh_token_id      uuid        NOT NULL,
    oauth2_session_id            uuid        NOT NULL,
    oauth2_access_token_id       uuid,
    refresh_token                text        NOT NULL,
    created_at                   timestamptz NOT NULL,
    consumed_at                  timestamptz,
    revoked_at                   timestamptz,
    next_oauth2_refresh_token_id uuid,
    CONSTRAINT oauth2_refresh_tokens_pkey PRIMARY KEY (oauth2_refresh_token_id),
    CONSTRAINT oauth2_refresh_tokens_unique UNIQUE (refresh_token),
    CONSTRAINT oauth2_access_tokens_oauth2_session_id_fkey
        FOREIGN KEY (oauth2_session_id) REFERENCES oauth2_sessions (oauth2_session_id),
    CONSTRAINT oauth2_refresh_tokens_next_oauth2_refresh_token_id_fkey
        FOREIGN KEY (next_oauth2_refresh_token_id) REFERENCES oauth2_refresh_tokens (oauth2_refresh_token_id) ON DELETE SET NULL,
    CONSTRAINT oauth2_refresh_tokens_oauth2_access_token_id_fkey
        FOREIGN KEY (oauth2_access_token_id) REFERENCES oauth2_access_tokens (oauth2_access_token_id) ON DELETE SET NULL
);
CREATE INDEX oauth2_refresh_tokens_access_token_fk ON oauth2_refresh_tokens (oauth2_access_token_id);
CREATE INDEX oauth2_refresh_tokens_next_refresh_token_fk ON oauth2_refresh_tokens (next_oauth2_refresh_token_id);
CREATE INDEX oauth2_refresh_tokens_session_fk ON oauth2_refresh_tokens (oauth2_session_id);
CREATE INDEX oauth_refresh_token_consumed_at_idx ON oauth2_refresh_tokens (consumed_at, next_oauth2_refresh_token_id, oauth2_refresh_token_id)
    WHERE consumed_at IS NOT NULL;
CREATE INDEX oauth_refresh_token_not_consumed_idx ON oauth2_refresh_tokens (oauth2_refresh_token_id)
    WHERE consumed_at IS NOT NULL;
CREATE INDEX oauth_refresh_tokens_revoked_at_idx ON oauth2_refresh_tokens (revoked_at)
    WHERE revoked_at IS NOT NULL;

-- Sessions of the client-server API

CREATE TABLE compat_sessions (
    compat_session_id uuid        NOT NULL,
    user_id           uuid        NOT NULL,
    device_id         text,
    created_at        timestamptz NOT NULL,
    finished_at       timestamptz,
    is_synapse_admin  boolean     NOT NULL DEFAULT false,
    last_active_at    timestamptz,
    last_active_ip    inet,
    user_session_id   uuid,
    user_agent        text,
    human_name        text,
    CONSTRAINT compat_sessions_pkey PRIMARY KEY (compat_session_id),
    CONSTRAINT compat_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT compat_sessions_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id)
);
CREATE INDEX compat_sessions_active_user_idx ON compat_sessions (user_id)
    WHERE finished_at IS NULL;
CREATE INDEX compat_sessions_finished_at_idx ON compat_sessions (finished_at)
    WHERE finished_at IS NOT NULL;
CREATE INDEX compat_sessions_inactive_ips_idx ON compat_sessions (last_active_at)
    WHERE last_active_ip IS NOT NULL AND last_active_at IS NOT NULL;
CREATE INDEX compat_sessions_last_active_at_idx ON compat_sessions (last_active_at);
CREATE INDEX compat_sessions_user_fk ON compat_sessions (user_id) INCLUDE (last_active_at);
CREATE INDEX compat_sessions_user_session_fk ON compat_sessions (user_session_id);

CREATE TABLE compat_access_tokens (
    compat_access_token_id uuid        NOT NULL,
    compat_session_id      uuid        NOT NULL,
    access_token           text        NOT NULL,
    created_at             timestamptz NOT NULL,
    expires_at             timestamptz,
    CONSTRAINT compat_access_tokens_pkey PRIMARY KEY (compat_access_token_id),
    CONSTRAINT compat_access_tokens_access_token_unique UNIQUE (access_token),
    CONSTRAINT compat_access_tokens_compat_session_id_fkey
        FOREIGN KEY (compat_session_id) REFERENCES compat_sessions (compat_session_id)
);
CREATE INDEX compat_access_tokens_session_fk ON compat_access_tokens (compat_session_id);

CREATE TABLE compat_refresh_tokens (
    compat_refresh_token_id uuid        NOT NULL,
    compat_session_id       uuid        NOT NULL,
    compat_access_token_id  uuid        NOT NULL,
    refresh_token           text        NOT NULL,
    created_at              timestamptz NOT NULL,
    consumed_at             timestamptz,
    CONSTRAINT compat_refresh_tokens_pkey PRIMARY KEY (compat_refresh_token_id),
    CONSTRAINT compat_refresh_tokens_refresh_token_unique UNIQUE (refresh_token),
    CONSTRAINT compat_refresh_tokens_compat_access_token_id_fkey
        FOREIGN KEY (compat_access_token_id) REFERENCES compat_access_tokens (compat_access_token_id),
    CONSTRAINT compat_refresh_tokens_compat_session_id_fkey
        FOREIGN KEY (compat_session_id) REFERENCES compat_sessions (compat_session_id)
);
CREATE INDEX compat_refresh_tokens_access_token_fk ON compat_refresh_tokens (compat_access_token_id);
CREATE INDEX compat_refresh_tokens_session_fk ON compat_refresh_tokens (compat_session_id);

CREATE TABLE compat_sso_logins (
    compat_sso_login_id uuid        NOT NULL,
    redirect_uri        text        NOT NULL,
    login_token         text        NOT NULL,
    compat_session_id   uuid,
    created_at          timestamptz NOT NULL,
    fulfilled_at        timestamptz,
    exchanged_at        timestamptz,
    user_session_id     uuid,
    CONSTRAINT compat_sso_logins_pkey PRIMARY KEY (compat_sso_login_id),
    CONSTRAINT compat_sessions_login_token_unique UNIQUE (login_token),
    CONSTRAINT compat_sso_logins_compat_session_id_fkey
        FOREIGN KEY (compat_session_id) REFERENCES compat_sessions (compat_session_id) ON DELETE SET NULL,
    CONSTRAINT compat_sso_logins_user_session_id_fkey
        FOREIGN KEY (user_session_id) REFERENCES user_sessions (user_session_id) ON DELETE CASCADE
);
CREATE INDEX compat_sso_logins_session_fk ON compat_sso_logins (compat_session_id);

-- Personal access tokens

CREATE TABLE personal_sessions (
    personal_session_id    uuid        NOT NULL,
    owner_user_id          uuid,
    owner_oauth2_client_id uuid,
    actor_user_id          uuid        NOT NULL,
    human_name             text        NOT NULL,
    scope_list             text[]      NOT NULL,
    created_at             timestamptz NOT NULL,
    revoked_at             timestamptz,
    last_active_at         timestamptz,
    last_active_ip         inet,
    CONSTRAINT personal_sessions_pkey PRIMARY KEY (personal_session_id),
    CONSTRAINT personal_sessions_actor_user_id_fkey
        FOREIGN KEY (actor_user_id) REFERENCES users (user_id),
    CONSTRAINT personal_sessions_owner_oauth2_client_id_fkey
        FOREIGN KEY (owner_oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id),
    CONSTRAINT personal_sessions_owner_user_id_fkey
        FOREIGN KEY (owner_user_id) REFERENCES users (user_id),
    CONSTRAINT personal_sessions_exactly_one_owner CHECK ((owner_user_id IS NULL) <> (owner_oauth2_client_id IS NULL))
);
CREATE INDEX personal_sessions_actor_user_id_idx ON personal_sessions (actor_user_id);
CREATE INDEX personal_sessions_owner_oauth2_client_id_idx ON personal_sessions (owner_oauth2_client_id)
    WHERE owner_oauth2_client_id IS NOT NULL;
CREATE INDEX personal_sessions_owner_user_id_idx ON personal_sessions (owner_user_id)
    WHERE owner_user_id IS NOT NULL;

CREATE TABLE personal_access_tokens (
    personal_access_token_id uuid        NOT NULL,
    personal_session_id      uuid        NOT NULL,
    access_token_sha256      bytea       NOT NULL,
    created_at               timestamptz NOT NULL,
    expires_at               timestamptz,
    revoked_at               timestamptz,
    CONSTRAINT personal_access_tokens_pkey PRIMARY KEY (personal_access_token_id),
    CONSTRAINT personal_access_tokens_access_token_sha256_key UNIQUE (access_token_sha256),
    CONSTRAINT personal_access_tokens_personal_session_id_fkey
        FOREIGN KEY (personal_session_id) REFERENCES personal_sessions (personal_session_id),
    CONSTRAINT personal_access_tokens_access_token_sha256_check CHECK (octet_length(access_token_sha256) = 32)
);
CREATE UNIQUE INDEX personal_access_tokens_personal_session_id_idx ON personal_access_tokens (personal_session_id)
    WHERE revoked_at IS NULL;

-- Policy

CREATE TABLE policy_data (
    policy_data_id uuid        NOT NULL,
    created_at     timestamptz NOT NULL,
    data           jsonb       NOT NULL,
    CONSTRAINT policy_data_pkey PRIMARY KEY (policy_data_id)
);

-- Background jobs

CREATE TYPE queue_job_status AS ENUM ('available', 'running', 'completed', 'lost', 'failed', 'scheduled');

CREATE TABLE queue_workers (
    queue_worker_id uuid        NOT NULL,
    registered_at   timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    shutdown_at     timestamptz,
    CONSTRAINT queue_workers_pkey PRIMARY KEY (queue_worker_id)
);

CREATE TABLE queue_schedules (
    schedule_name         text        NOT NULL,
    last_scheduled_at     timestamptz,
    last_scheduled_job_id uuid,
    CONSTRAINT queue_schedules_pkey PRIMARY KEY (schedule_name)
);

CREATE TABLE queue_jobs (
    queue_job_id    uuid             NOT NULL,
    status          queue_job_status NOT NULL DEFAULT 'available',
    created_at      timestamptz      NOT NULL,
    started_at      timestamptz,
    started_by      uuid,
    completed_at    timestamptz,
    queue_name      text             NOT NULL,
    payload         jsonb            NOT NULL DEFAULT '{}',
    metadata        jsonb            NOT NULL DEFAULT '{}',
    failed_at       timestamptz,
    failed_reason   text,
    attempt         integer          NOT NULL DEFAULT 0,
    next_attempt_id uuid,
    scheduled_at    timestamptz,
    schedule_name   text,
    CONSTRAINT queue_jobs_pkey PRIMARY KEY (queue_job_id),
    CONSTRAINT queue_jobs_next_attempt_id_fkey
        FOREIGN KEY (next_attempt_id) REFERENCES queue_jobs (queue_job_id) ON DELETE SET NULL,
    CONSTRAINT queue_jobs_schedule_name_fkey
        FOREIGN KEY (schedule_name) REFERENCES queue_schedules (schedule_name),
    CONSTRAINT queue_jobs_started_by_fkey
        FOREIGN KEY (started_by) REFERENCES queue_workers (queue_worker_id)
);
CREATE INDEX idx_queue_jobs_status_queue_job_id ON queue_jobs (status, queue_name, queue_job_id);
CREATE INDEX queue_jobs_next_attempt_fk ON queue_jobs (next_attempt_id);
CREATE INDEX queue_jobs_schedule_name_fk ON queue_jobs (schedule_name);
CREATE INDEX queue_jobs_scheduled_at_idx ON queue_jobs (scheduled_at)
    WHERE status = 'scheduled';
CREATE INDEX queue_jobs_started_by_fk ON queue_jobs (started_by);
ALTER TABLE queue_schedules
    ADD CONSTRAINT queue_schedules_last_scheduled_job_id_fkey
    FOREIGN KEY (last_scheduled_job_id) REFERENCES queue_jobs (queue_job_id) ON DELETE SET NULL;

CREATE UNLOGGED TABLE queue_leader (
    active          boolean     NOT NULL DEFAULT true,
    elected_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    queue_worker_id uuid        NOT NULL,
    CONSTRAINT queue_leader_active_key UNIQUE (active),
    CONSTRAINT queue_leader_queue_worker_id_fkey
        FOREIGN KEY (queue_worker_id) REFERENCES queue_workers (queue_worker_id),
    CONSTRAINT queue_leader_active CHECK (active IS TRUE)
);

-- What the database does by itself

-- Wakes the workers that listen, for each job that becomes available.
CREATE FUNCTION queue_job_notify() RETURNS trigger
    LANGUAGE plpgsql AS $function$
BEGIN
    IF NEW.status = 'available' THEN
        PERFORM pg_notify('queue_available', json_build_object('queue', NEW.queue_name)::text);
    END IF;
    RETURN NULL;
END;
$function$;

CREATE TRIGGER queue_job_notify_trigger
    AFTER INSERT OR UPDATE OF status ON queue_jobs
    FOR EACH ROW EXECUTE FUNCTION queue_job_notify();

-- An upstream login belongs to the first browser session that it authenticated.
CREATE FUNCTION upstream_oauth_authorization_sessions_insert_trigger() RETURNS trigger
    LANGUAGE plpgsql AS $function$
BEGIN
    UPDATE upstream_oauth_authorization_sessions AS upstream
       SET user_session_id = NEW.user_session_id
     WHERE upstream.upstream_oauth_authorization_session_id = NEW.upstream_oauth_authorization_session_id
       AND upstream.user_session_id IS NULL;
    RETURN NULL;
END;
$function$;

CREATE TRIGGER upstream_oauth_authorization_sessions_insert_trigger
    AFTER INSERT ON user_session_authentications
    FOR EACH ROW EXECUTE FUNCTION upstream_oauth_authorization_sessions_insert_trigger();
