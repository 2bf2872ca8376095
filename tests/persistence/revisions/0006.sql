-- What came with sessions and second factors.

INSERT INTO sign_in_attempts (subject_digest, tries, last_at) VALUES
    (X'6161616161616161616161616161616161616161616161616161616161616161', 3,
     '2026-12-01 08:00:00');

INSERT INTO used_challenge (challenge_digest, expires_at) VALUES
    (X'6262626262626262626262626262626262626262626262626262626262626262',
     '2026-12-01 08:05:00');

INSERT INTO passkey (
    id, user_id, credential_id, public_key, sign_count, name, made_at, last_used_at
) VALUES
    ('0000000000000000000000000000000f', 1, X'00ff', X'01ff', 7, 'Jobbtelefonen',
     '2026-11-01 08:00:00', '2026-12-01 08:00:00');

INSERT INTO password_reset (token_digest, user_id, expires_at) VALUES
    (X'6363636363636363636363636363636363636363636363636363636363636363', 1,
     '2026-12-01 09:00:00');

INSERT INTO recovery_code (user_id, code_digest, made_at, used_at) VALUES
    (1, X'6464646464646464646464646464646464646464646464646464646464646464',
     '2026-11-01 08:00:00', '2026-12-01 08:00:00');

INSERT INTO totp_factor (user_id, state, sealed_secret, made_at, last_step) VALUES
    (1, 'in_use', X'02ff', '2026-11-01 08:00:00', 57000000);

INSERT INTO user_session (
    id, token_digest, user_id, begun_at, last_used_at, browser, agent_digest, assurance, acr,
    strong, waits_for_factor
) VALUES
    ('00000000000000000000000000000010',
     X'6565656565656565656565656565656565656565656565656565656565656565', 1,
     '2026-12-01 08:00:00', '2026-12-01 08:30:00', 'Firefox',
     X'6666666666666666666666666666666666666666666666666666666666666666', 'second_factor', '',
     TRUE, FALSE);
