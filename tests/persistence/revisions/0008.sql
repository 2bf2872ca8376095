-- One that is over, one that can be fetched, and one that was rejected.

INSERT INTO extract (
    id, organisation_id, project, recipient, purpose, legal_reference, place, age,
    follows_persons, expires_on, state, asked_by, asked_at
) VALUES
    (1, 1, 'Bolig', 'Universitetet', 'Se om flere bor trygt', 'REK 2026/1', 'municipality',
     'age_group', TRUE, '2026-11-20', 'asked', 1, '2026-11-01 08:00:00'),
    (2, 1, 'Arbeid', 'Instituttet', 'Se om flere arbeider', 'REK 2026/2', 'nowhere', 'untold',
     FALSE, '2027-11-20', 'asked', 1, '2026-11-01 08:00:00'),
    (3, 1, 'Alt', 'Avisen', 'Nysgjerrighet', 'Ingen', 'health_trust', 'birth_year', TRUE,
     '2027-11-20', 'asked', 1, '2026-11-01 08:00:00');

INSERT INTO extract_year (extract_id, round_id) VALUES (1, 1), (2, 1), (3, 1);

INSERT INTO extract_variable (extract_id, variable) VALUES (1, 'gender'), (2, 'housing');

UPDATE extract
   SET state = 'approved', decided_by = 2, decided_at = '2026-11-02 08:00:00',
       smallest_allowed = 5, smallest_kept = 7, persons = 60, left_out = 3,
       key_id = 'project', wrapped = X'00ff10'
 WHERE id IN (1, 2);

UPDATE extract
   SET state = 'ended', key_id = NULL, wrapped = NULL, ended_by = 2,
       ended_at = '2026-11-03 08:00:00'
 WHERE id = 1;

UPDATE extract
   SET state = 'rejected', decided_by = 2, decided_at = '2026-11-02 08:00:00',
       rejected_because = 'Uten hjemmel'
 WHERE id = 3;
