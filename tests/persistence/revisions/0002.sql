-- What came with the round's whole life: carry-over, history, questions, opt-outs, invitations.

UPDATE round_municipality
   SET deadline = '2026-12-12', reopened_reason = 'answer_wrong'
 WHERE round_id = 2;

UPDATE round_unit
   SET reopened_reason = 'person_missing', reminded_at = '2026-12-02 08:00:00'
 WHERE round_id = 2;

UPDATE registration
   SET carried_from = 2025, unconfirmed_sections = 'services', saved_from = 'a page',
       letter_language = 'nn', informed_at = '2026-12-02 08:00:00', informed_by = 1,
       verified_at = '2026-12-03 08:00:00', verified_by = 2, merged_at = '2026-12-01 09:00:00';

INSERT INTO registration_change (
    id, registration_id, version, at, user_id, source, variable, before, after
) VALUES
    (1, '00000000000000000000000000000007', 2, '2026-12-01 08:01:00', 1, 'form', 'housing',
     NULL, 'red'),
    (2, '00000000000000000000000000000007', 3, '2026-12-01 08:05:00', 1, 'chosen', 'housing',
     'red', 'green');

INSERT INTO registration_conflict (id, registration_id, based_on, user_id, page, at) VALUES
    ('00000000000000000000000000000009', '00000000000000000000000000000007', 2, 2,
     'another page', '2026-12-01 08:05:00');

INSERT INTO conflict_answer (conflict_id, variable, value) VALUES
    ('00000000000000000000000000000009', 'housing', 'yellow');

INSERT INTO registration_query (
    id, registration_id, variable, question, state, asked_by, asked_at, assignee_id,
    answer, answered_by, answered_at, closed_by, closed_at
) VALUES
    ('0000000000000000000000000000000a', '00000000000000000000000000000007', 'housing',
     'is_the_answer_right', 'closed', 2, '2026-12-02 08:00:00', 1,
     'corrected', 1, '2026-12-02 09:00:00', 2, '2026-12-02 10:00:00');

INSERT INTO opt_out (
    round_id, municipality_id, municipal_pseudonym, municipal_key_id, recorded_at
) VALUES
    (2, 2, X'6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f', 'municipality',
     '2026-12-01 08:00:00');

INSERT INTO invitation (
    id, email, organisation_id, role, token_digest, invited_by, invited_at, expires_at,
    accepted_at, accepted_by, withdrawn_at
) VALUES
    ('0000000000000000000000000000000b', 'c@eksempel.no', 3, 'registrar',
     X'6363636363636363636363636363636363636363636363636363636363636363', 2,
     '2026-12-01 08:00:00', '2026-12-15 23:00:00', '2026-12-02 08:00:00', 1, NULL),
    ('0000000000000000000000000000000c', 'd@eksempel.no', 3, 'unit_lead',
     X'6464646464646464646464646464646464646464646464646464646464646464', 2,
     '2026-12-01 08:00:00', '2026-12-15 23:00:00', NULL, NULL, '2026-12-03 08:00:00');
