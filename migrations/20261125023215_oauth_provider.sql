-- SPDX-License-Identifier: Apache-2.0
--
-- What the OAuth provider keeps and the reference has no place for. Rows go with the client, user or grant that they belong to,
-- also when MAS deletes it.

-- token_storage: how the texts of tokens and codes are written. 'digest' where this server made the database (it writes 0 to
-- execution_time), 'plain' where MAS did, until `mas-cli database harden`.
CREATE TABLE latchkey_settings (
    name  text NOT NULL,
    value text NOT NULL,
    CONSTRAINT latchkey_settings_pkey PRIMARY KEY (name)
);
INSERT INTO latchkey_settings (name, value)
SELECT 'token_storage', CASE WHEN EXISTS (SELECT FROM _sqlx_migrations WHERE execution_time <> 0) THEN 'plain' ELSE 'digest' END;

-- Metadata and requests are json and not jsonb: kept to the letter, whatever characters they hold.
CREATE TABLE latchkey_client_registrations (
    oauth2_client_id    uuid        NOT NULL,
    access_token_digest text        NOT NULL,
    metadata            json        NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT latchkey_client_registrations_pkey PRIMARY KEY (oauth2_client_id),
    CONSTRAINT latchkey_client_registrations_client_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id) ON DELETE CASCADE
);

CREATE TABLE latchkey_client_assertions (
    oauth2_client_id uuid        NOT NULL,
    jti_digest       text        NOT NULL,
    expires_at       timestamptz NOT NULL,
    CONSTRAINT latchkey_client_assertions_pkey PRIMARY KEY (oauth2_client_id, jti_digest),
    CONSTRAINT latchkey_client_assertions_client_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id) ON DELETE CASCADE
);
CREATE INDEX latchkey_client_assertions_expires_at_idx ON latchkey_client_assertions (expires_at);

CREATE TABLE latchkey_pushed_requests (
    request_uri_digest text        NOT NULL,
    oauth2_client_id   uuid        NOT NULL,
    parameters         json        NOT NULL,
    expires_at         timestamptz NOT NULL,
    CONSTRAINT latchkey_pushed_requests_pkey PRIMARY KEY (request_uri_digest),
    CONSTRAINT latchkey_pushed_requests_client_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id) ON DELETE CASCADE
);
CREATE INDEX latchkey_pushed_requests_client_fk ON latchkey_pushed_requests (oauth2_client_id);
CREATE INDEX latchkey_pushed_requests_expires_at_idx ON latchkey_pushed_requests (expires_at);

-- A row only where something differs from what a grant without one means: redirect_uri_given is true then.
CREATE TABLE latchkey_authorization_grants (
    oauth2_authorization_grant_id uuid    NOT NULL,
    redirect_uri_given            boolean NOT NULL,
    CONSTRAINT latchkey_authorization_grants_pkey PRIMARY KEY (oauth2_authorization_grant_id),
    CONSTRAINT latchkey_authorization_grants_grant_fkey
        FOREIGN KEY (oauth2_authorization_grant_id) REFERENCES oauth2_authorization_grants (oauth2_authorization_grant_id) ON DELETE CASCADE
);

CREATE TABLE latchkey_consents (
    user_id          uuid        NOT NULL,
    oauth2_client_id uuid        NOT NULL,
    scope_list       text[]      NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT latchkey_consents_pkey PRIMARY KEY (user_id, oauth2_client_id),
    CONSTRAINT latchkey_consents_user_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE,
    CONSTRAINT latchkey_consents_client_fkey
        FOREIGN KEY (oauth2_client_id) REFERENCES oauth2_clients (oauth2_client_id) ON DELETE CASCADE
);
CREATE INDEX latchkey_consents_client_fk ON latchkey_consents (oauth2_client_id);

-- Both of these may be lost in a crash. The row keeps what its last change found, so that one statement can tell.
CREATE UNLOGGED TABLE latchkey_device_code_polls (
    oauth2_device_code_grant_id uuid        NOT NULL,
    polled_at                   timestamptz NOT NULL,
    previously_at               timestamptz,
    CONSTRAINT latchkey_device_code_polls_pkey PRIMARY KEY (oauth2_device_code_grant_id),
    CONSTRAINT latchkey_device_code_polls_grant_fkey
        FOREIGN KEY (oauth2_device_code_grant_id) REFERENCES oauth2_device_code_grant (oauth2_device_code_grant_id) ON DELETE CASCADE
);

-- No index on full_at: without one, updates stay on their page (HOT), and clean-up reads a small table from time to time.
CREATE UNLOGGED TABLE latchkey_rate_limits (
    key     text        NOT NULL,
    full_at timestamptz NOT NULL,
    wait    interval    NOT NULL,
    CONSTRAINT latchkey_rate_limits_pkey PRIMARY KEY (key)
) WITH (fillfactor = 50);
