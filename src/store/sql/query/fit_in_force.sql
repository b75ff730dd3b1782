-- The set of weights in force: what the newest adopted row says.
-- scan ok: newest first, past the nights whose weights were not taken
SELECT fit_id, set_id FROM fit WHERE adopted = 1 ORDER BY fit_id DESC LIMIT 1
