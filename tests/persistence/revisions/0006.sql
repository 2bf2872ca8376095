-- What came with sessions and second factors.

INSERT INTO user_session (
    id, token_digest, user_id, begun_at, last_used_at, browser, agent_digest, assurance, acr,
    strong, waits_for_factor
) VALUES
    ('0000000000000000000000000000000f',
     X'0101010101010101010101010101010101010101010101010101010101010101', 1,
     '2026-12-01 08:00:00', '2026-12-01 09:00:00', 'Firefox på Linux',
     X'0202020202020202020202020202020202020202020202020202020202020202', 'second_factor', '',
     TRUE, FALSE),
    ('00000000000000000000000000000010',
     X'0303030303030303030303030303030303030303030303030303030303030303', 2,
     '2026-12-01 08:00:00', '2026-12-01 08:00:00', '',
     X'0202020202020202020202020202020202020202020202020202020202020202', 'password', '',
     FALSE, TRUE);

INSERT INTO totp_factor (user_id, state, sealed_secret, made_at, last_step) VALUES
    (1, 'in_use', X'04ff10', '2026-12-01 08:00:00', 59000000),
    (1, 'waiting', X'05ff10', '2026-12-02 08:00:00', NULL);

INSERT INTO recovery_code (user_id, code_digest, made_at, used_at) VALUES
    (1, X'0606060606060606060606060606060606060606060606060606060606060606',
     '2026-12-01 08:00:00', '2026-12-02 08:00:00'),
    (1, X'0707070707070707070707070707070707070707070707070707070707070707',
     '2026-12-01 08:00:00', NULL);

INSERT INTO passkey (
    id, user_id, credential_id, public_key, sign_count, name, made_at, last_used_at
) VALUES
    ('00000000000000000000000000000011', 1, X'08ff10', X'09ff10', 3, 'Telefonen på jobb',
     '2026-12-01 08:00:00', '2026-12-02 08:00:00');

INSERT INTO used_challenge (challenge_digest, expires_at) VALUES
    (X'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a',
     '2026-12-01 08:05:00');

INSERT INTO sign_in_attempts (subject_digest, tries, last_at) VALUES
    (X'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 2,
     '2026-12-01 08:00:00');

INSERT INTO password_reset (token_digest, user_id, expires_at) VALUES
    (X'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c', 1,
     '2026-12-01 09:00:00');
