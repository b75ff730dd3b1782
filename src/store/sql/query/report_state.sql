-- What is counted as it happens, and the instants to come.
SELECT answer_count, last_answer_ms,
    (SELECT min(next_slot_ms) FROM person WHERE next_slot_ms >= 0) AS next_slot_ms,
    (SELECT min(next_digest_ms) FROM person WHERE next_digest_ms >= 0) AS next_digest_ms,
    (SELECT max(sent_ms) FROM digest WHERE sent_ms >= 0) AS sent_ms
FROM state WHERE id = 1
