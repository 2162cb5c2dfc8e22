-- SPDX-License-Identifier: Apache-2.0
--
-- How long access tokens live where the policy said so when a person agreed. A row only then: without one the configuration decides,
-- and so it does for MAS, which does not look here. Rows go with the session or grant that they belong to.
CREATE TABLE latchkey_oauth2_sessions (
    oauth2_session_id             uuid   NOT NULL,
    access_token_lifetime_seconds bigint NOT NULL,
    CONSTRAINT latchkey_oauth2_sessions_pkey PRIMARY KEY (oauth2_session_id),
    CONSTRAINT latchkey_oauth2_sessions_session_fkey
        FOREIGN KEY (oauth2_session_id) REFERENCES oauth2_sessions (oauth2_session_id) ON DELETE CASCADE
);

-- Of a device code, until it is exchanged and its session begins.
CREATE TABLE latchkey_device_code_grants (
    oauth2_device_code_grant_id   uuid   NOT NULL,
    access_token_lifetime_seconds bigint NOT NULL,
    CONSTRAINT latchkey_device_code_grants_pkey PRIMARY KEY (oauth2_device_code_grant_id),
    CONSTRAINT latchkey_device_code_grants_grant_fkey
        FOREIGN KEY (oauth2_device_code_grant_id) REFERENCES oauth2_device_code_grant (oauth2_device_code_grant_id) ON DELETE CASCADE
);
