-- SPDX-License-Identifier: Apache-2.0
-- What a MAS 1.21 that is in use has: rows in every table, with every type of column, and every state of job. Values are made up,
-- in the forms that the reference writes (data-model sheet). @c1 stands for a uuid that ends in c1.

INSERT INTO users (user_id, username, created_at, locked_at, can_request_admin, is_guest, deactivated_at) VALUES
    (@01, 'alice', '2026-01-02 03:04:05.678901+00', NULL, true, false, NULL),
    (@02, 'Bob Ünïcode 🦉', '2026-01-03 00:00:00.000001+00', '2026-02-01 00:00:00+00', false, false, NULL),
    (@03, 'guest', '2026-01-04 12:00:00+00', NULL, false, true, '2026-03-01 00:00:00+00');

INSERT INTO user_passwords (user_password_id, user_id, hashed_password, created_at, version, upgraded_from_id) VALUES
    (@11, @01, '$2b$12$KIXQbyDXeo9tQ0u4vH0tUe0sV9v3m5v1bQ0m3t3nq8d0K8Q0n2eZe', '2026-01-02 03:04:05+00', 1, NULL),
    (@12, @01, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', '2026-01-05 03:04:05+00', 2, @11);

INSERT INTO user_emails (user_email_id, user_id, email, created_at) VALUES
    (@21, @01, 'Alice@Example.com', '2026-01-02 03:04:05+00'),
    (@22, @02, 'bob@example.com', '2026-01-03 03:04:05+00');
INSERT INTO user_terms (user_terms_id, user_id, terms_url, created_at) VALUES (@31, @01, 'https://example.com/terms', '2026-01-02 03:04:06+00');
INSERT INTO user_unsupported_third_party_ids (user_id, medium, address, created_at) VALUES (@02, 'msisdn', '441234567890', '2026-01-03 00:00:01+00');

INSERT INTO upstream_oauth_providers (upstream_oauth_provider_id, issuer, scope, client_id, encrypted_client_secret, token_endpoint_auth_method, created_at, claims_imports,
                                      additional_parameters, discovery_mode, pkce_mode, human_name, brand_name, response_mode, ui_order, on_backchannel_logout, disabled_at) VALUES
    (@41, 'https://idp.example.com/', 'openid profile', 'mas', 'bm9uY2Vub25jZWNpcGhlcnRleHR0YWd0YWc=', 'client_secret_basic', '2026-01-01 00:00:00+00',
     '{"subject": {"template": "{{ user.sub }}"}, "localpart": {"action": "require", "on_conflict": "fail"}, "email": {"action": "suggest"}}',
     '[["prompt", "login"], ["hd", "example.com"]]', 'oidc', 'auto', 'Example', 'google', 'form_post', 0, 'logout_all', NULL),
    (@42, NULL, 'openid', 'old', NULL, 'none', '2025-01-01 00:00:00+00', '{}', NULL, 'disabled', 's256', NULL, NULL, NULL, 1, 'do_nothing', '2026-01-01 00:00:00+00');
INSERT INTO upstream_oauth_links (upstream_oauth_link_id, upstream_oauth_provider_id, user_id, subject, created_at, human_account_name) VALUES
    (@51, @41, @01, 'sub|0815', '2026-01-02 03:04:05+00', 'alice@idp'),
    (@52, @41, NULL, 'sub|0816', '2026-01-02 03:04:05+00', NULL);

INSERT INTO user_sessions (user_session_id, user_id, created_at, finished_at, user_agent, last_active_at, last_active_ip) VALUES
    (@61, @01, '2026-01-02 03:04:05+00', NULL, 'Mozilla/5.0 (X11; Linux x86_64)', '2026-01-09 00:00:00+00', '203.0.113.7'),
    (@62, @02, '2026-01-03 03:04:05+00', '2026-01-04 00:00:00+00', NULL, '2026-01-03 10:00:00+00', '2001:db8::42');
INSERT INTO upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id, upstream_oauth_provider_id, upstream_oauth_link_id, id_token, state,
                                                   code_challenge_verifier, nonce, created_at, completed_at, consumed_at, extra_callback_parameters, userinfo, unlinked_at, id_token_claims) VALUES
    (@71, @41, @51, 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'abcdefghijklmnop', 'verifier-0123456789', 'ponmlkjihgfedcba', '2026-01-02 03:04:05+00', '2026-01-02 03:05:05+00',
     '2026-01-02 03:06:05+00', '{"session_state": "x"}', '{"sub": "sub|0815", "groups": ["a", "b"]}', NULL, '{"sub": "sub|0815", "sid": "sid-1", "n": 12345678901234567890.5}'),
    (@72, @41, NULL, NULL, 'pending-state-00', NULL, NULL, '2026-01-02 03:04:05+00', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO user_session_authentications (user_session_authentication_id, user_session_id, created_at, user_password_id, upstream_oauth_authorization_session_id) VALUES
    (@81, @61, '2026-01-02 03:06:05+00', NULL, @71),
    (@82, @61, '2026-01-05 03:04:05+00', @12, NULL),
    (@83, @62, '2026-01-03 03:04:05+00', NULL, NULL);

INSERT INTO user_registration_tokens (user_registration_token_id, token, usage_limit, times_used, created_at, expires_at) VALUES
    (@91, 'abcDEF123456', 5, 1, '2026-01-01 00:00:00+00', NULL),
    (@92, 'unlimited', NULL, 0, '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00');
INSERT INTO user_registrations (user_registration_id, ip_address, user_agent, post_auth_action, username, display_name, terms_url, hashed_password, hashed_password_version,
                                created_at, completed_at, user_registration_token_id, upstream_oauth_authorization_session_id) VALUES
    (@a1, '198.51.100.1', 'curl/8', '{"kind": "continue_authorization_grant", "id": "01HSXR0000E0080000000000E1"}', 'carol', 'Carol', 'https://example.com/terms', '$argon2id$x', 2,
     '2026-01-06 00:00:00+00', NULL, @91, NULL),
    (@a2, NULL, NULL, '{"kind": "manage_account", "action": "org.matrix.session_end", "device_id": "DEVICE"}', 'dave', NULL, NULL, NULL, NULL, '2026-01-06 00:00:00+00', '2026-01-06 01:00:00+00', NULL, @71);
INSERT INTO user_email_authentications (user_email_authentication_id, user_session_id, email, created_at, completed_at, user_registration_id) VALUES
    (@b1, NULL, 'carol@example.com', '2026-01-06 00:00:00+00', NULL, @a1),
    (@b2, @61, 'alice@example.org', '2026-01-06 00:00:00+00', '2026-01-06 00:01:00+00', NULL);
UPDATE user_registrations SET email_authentication_id = @b1 WHERE user_registration_id = @a1;
INSERT INTO user_email_authentication_codes (user_email_authentication_code_id, user_email_authentication_id, code, created_at, expires_at) VALUES
    (@c1, @b1, '012345', '2026-01-06 00:00:00+00', '2026-01-06 00:05:00+00');
INSERT INTO user_recovery_sessions (user_recovery_session_id, email, user_agent, ip_address, locale, created_at, consumed_at) VALUES
    (@d1, 'alice@example.com', 'Mozilla/5.0', '203.0.113.7', 'pt-BR', '2026-01-07 00:00:00+00', NULL);
INSERT INTO user_recovery_tickets (user_recovery_ticket_id, user_recovery_session_id, user_email_id, ticket, created_at, expires_at) VALUES
    (@d2, @d1, @21, 'abcdefghijklmnopqrstuvwxyz012345', '2026-01-07 00:00:00+00', '2026-01-07 00:10:00+00');

INSERT INTO oauth2_clients (oauth2_client_id, encrypted_client_secret, grant_type_authorization_code, grant_type_refresh_token, grant_type_client_credentials, grant_type_device_code,
                            client_name, client_uri, jwks, jwks_uri, token_endpoint_auth_method, is_static, redirect_uris, application_type, metadata_digest) VALUES
    (@e1, 'bm9uY2Vub25jZWNpcGhlcnRleHR0YWd0YWc=', true, true, true, true, 'Element "Web", {braces}', 'https://app.element.io', NULL, NULL, 'client_secret_basic', true,
     ARRAY['https://app.element.io/', 'io.element:/callback?a={1},"2"', 'with\backslash'], NULL, NULL),
    (@e2, NULL, true, true, false, false, 'Cinny', NULL, '{"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}]}', NULL, 'private_key_jwt', false, '{}', 'native', repeat('0f', 32));
INSERT INTO oauth2_sessions (oauth2_session_id, user_session_id, oauth2_client_id, created_at, finished_at, user_id, scope_list, last_active_at, last_active_ip, user_agent, human_name) VALUES
    (@f1, @61, @e1, '2026-01-02 03:07:00+00', NULL, @01, ARRAY['openid', 'urn:matrix:client:api:*', 'urn:matrix:client:device:ABCDEF'], '2026-01-09 00:00:00+00', '2001:db8::1', 'Element/1.11', 'My phone'),
    (@f2, NULL, @e1, '2026-01-02 03:07:00+00', '2026-01-03 00:00:00+00', NULL, '{}', NULL, NULL, NULL, NULL);
INSERT INTO oauth2_authorization_grants (oauth2_authorization_grant_id, oauth2_client_id, oauth2_session_id, authorization_code, redirect_uri, scope, state, nonce, response_mode,
                                         code_challenge_method, code_challenge, response_type_code, response_type_id_token, created_at, fulfilled_at, exchanged_at, cancelled_at, locale, raw_parameters) VALUES
    (@101, @e1, @f1, 'abcdefghijklmnopqrstuvwxyz543210', 'https://app.element.io/', 'openid', 's', 'n', 'fragment', 'S256', 'Y2hhbGxlbmdl', true, false,
     '2026-01-02 03:06:30+00', '2026-01-02 03:06:50+00', '2026-01-02 03:07:00+00', NULL, 'de', '{"client_id": "x", "prompt": "create"}'),
    (@102, @e2, NULL, NULL, 'https://cinny.in/', 'openid', NULL, NULL, 'query', NULL, NULL, false, false, '2026-01-02 03:06:30+00', NULL, NULL, '2026-01-02 03:06:50+00', NULL, NULL);
INSERT INTO oauth2_device_code_grant (oauth2_device_code_grant_id, oauth2_client_id, scope, user_code, device_code, created_at, expires_at, fulfilled_at, user_session_id, ip_address, user_agent) VALUES
    (@111, @e1, '', 'AB12CD', 'abcdefghijklmnopqrstuvwxyz999999', '2026-01-08 00:00:00+00', '2026-01-08 00:20:00+00', '2026-01-08 00:01:00+00', @61, '192.0.2.200', 'tv');
INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at, expires_at, revoked_at, first_used_at) VALUES
    (@121, @f1, 'mat_abcdefghijklmnopqrstuvwxyzABCD_123456', '2026-01-02 03:07:00+00', '2026-01-02 03:12:00+00', NULL, '2026-01-02 03:07:01+00'),
    (@122, @f2, 'mat_abcdefghijklmnopqrstuvwxyzABCE_123456', '2026-01-02 03:07:00+00', NULL, '2026-01-03 00:00:00+00', NULL);
INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, oauth2_access_token_id, refresh_token, created_at, consumed_at, revoked_at, next_oauth2_refresh_token_id) VALUES
    (@131, @f1, NULL, 'mar_abcdefghijklmnopqrstuvwxyzABCF_123456', '2026-01-02 03:08:00+00', NULL, NULL, NULL),
    (@132, @f1, @121, 'mar_abcdefghijklmnopqrstuvwxyzABCG_123456', '2026-01-02 03:07:00+00', '2026-01-02 03:08:00+00', NULL, @131);

INSERT INTO compat_sessions (compat_session_id, user_id, device_id, created_at, finished_at, is_synapse_admin, last_active_at, last_active_ip, user_session_id, user_agent, human_name) VALUES
    (@141, @01, 'ABCDEFGHIJ', '2025-05-05 05:05:05.5+00', NULL, true, '2026-01-09 00:00:00+00', '203.0.113.9', @61, 'Riot/1.0', 'old laptop'),
    (@142, @02, NULL, '2020-01-01 00:00:00+00', '2021-01-01 00:00:00+00', false, NULL, NULL, NULL, NULL, NULL);
INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at, expires_at) VALUES
    (@151, @141, 'syt_YWxpY2U_AbCdEfGhIjKlMnOpQrSt_0a1b2c', '2025-05-05 05:05:05.5+00', NULL);
INSERT INTO compat_refresh_tokens (compat_refresh_token_id, compat_session_id, compat_access_token_id, refresh_token, created_at, consumed_at) VALUES
    (@161, @141, @151, 'syr_YWxpY2U_AbCdEfGhIjKlMnOpQrSt_0a1b2c', '2025-05-05 05:05:05.5+00', NULL);
INSERT INTO compat_sso_logins (compat_sso_login_id, redirect_uri, login_token, compat_session_id, created_at, fulfilled_at, exchanged_at, user_session_id) VALUES
    (@171, 'element://connect', 'abcdefghijklmnopqrstuvwxyz111111', @141, '2025-05-05 05:04:00+00', '2025-05-05 05:05:00+00', '2025-05-05 05:05:05+00', @61);

INSERT INTO personal_sessions (personal_session_id, owner_user_id, owner_oauth2_client_id, actor_user_id, human_name, scope_list, created_at, revoked_at, last_active_at, last_active_ip) VALUES
    (@181, @01, NULL, @01, 'backup script', ARRAY['urn:mas:admin'], '2026-01-02 00:00:00+00', NULL, '2026-01-09 00:00:00+00', '127.0.0.1'),
    (@182, NULL, @e1, @02, 'bot', '{}', '2026-01-02 00:00:00+00', '2026-01-03 00:00:00+00', NULL, NULL);
INSERT INTO personal_access_tokens (personal_access_token_id, personal_session_id, access_token_sha256, created_at, expires_at, revoked_at) VALUES
    (@191, @181, decode(repeat('00ff5c27', 8), 'hex'), '2026-01-02 00:00:00+00', NULL, NULL);
INSERT INTO policy_data (policy_data_id, created_at, data) VALUES
    (@1a1, '2026-01-01 00:00:00+00', '{"admin_users": ["alice"], "nested": {"a": [1, 2.50, null, true, "é"]}}');

INSERT INTO queue_workers (queue_worker_id, registered_at, last_seen_at, shutdown_at) VALUES
    (@1b1, '2026-01-01 00:00:00+00', '2026-01-09 00:00:00+00', NULL),
    (@1b2, '2025-01-01 00:00:00+00', '2025-01-02 00:00:00+00', '2025-01-02 00:00:00+00');
INSERT INTO queue_schedules (schedule_name, last_scheduled_at, last_scheduled_job_id) VALUES
    ('cleanup-queue-jobs', '2026-01-09 00:55:00+00', NULL),
    ('prune-stale-policy-data', NULL, NULL);
INSERT INTO queue_jobs (queue_job_id, status, created_at, started_at, started_by, completed_at, queue_name, payload, metadata, failed_at, failed_reason, attempt, next_attempt_id, scheduled_at, schedule_name) VALUES
    (@1c1, 'available', '2026-01-09 00:00:00+00', NULL, NULL, NULL, 'sync-devices', '{"user_id": "01HSXR0000E008000000000001"}', '{"span_id": "0123456789abcdef", "trace_id": "0123456789abcdef0123456789abcdef", "trace_flags": 1}', NULL, NULL, 1, NULL, NULL, NULL),
    (@1c2, 'running', '2026-01-09 00:00:00+00', '2026-01-09 00:00:01+00', @1b1, NULL, 'provision-user', '{"user_id": "01HSXR0000E008000000000001", "set_display_name": null}', '{}', NULL, NULL, 0, NULL, NULL, NULL),
    (@1c3, 'completed', '2026-01-09 00:00:00+00', '2026-01-09 00:00:01+00', @1b1, '2026-01-09 00:00:02+00', 'delete-device', '{"user_id": "01HSXR0000E008000000000001", "device_id": "X"}', '{}', NULL, NULL, 0, NULL, NULL, NULL),
    (@1c4, 'lost', '2025-01-01 00:00:00+00', '2025-01-01 00:00:01+00', @1b2, NULL, 'verify-email', '{}', '{}', NULL, NULL, 0, NULL, NULL, NULL),
    (@1c5, 'failed', '2026-01-09 00:00:00+00', '2026-01-09 00:00:01+00', @1b1, NULL, 'sync-devices', '{"user_id": "01HSXR0000E008000000000001"}', '{}', '2026-01-09 00:00:03+00', 'homeserver said 502', 0, @1c1, NULL, NULL),
    (@1c6, 'scheduled', '2026-01-09 00:00:00+00', NULL, NULL, NULL, 'cleanup-queue-jobs', 'null', '{}', NULL, NULL, 0, NULL, '2026-01-09 00:55:00+00', 'cleanup-queue-jobs');
UPDATE queue_schedules SET last_scheduled_job_id = @1c6 WHERE schedule_name = 'cleanup-queue-jobs';
INSERT INTO queue_leader (elected_at, expires_at, queue_worker_id) VALUES ('2026-01-09 00:00:00+00', '2026-01-09 00:00:05+00', @1b1);
