-- People whose instant has come and is not seen to yet; those who are only woken (0) do not count.
SELECT count(*) AS people, min(next_slot_ms) AS next_slot_ms FROM person
WHERE next_slot_ms > 0 AND next_slot_ms <= :now_ms
