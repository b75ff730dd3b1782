-- The number of a prompt known by its two names.
SELECT prompt_id, skill, kind FROM prompt WHERE deck = :deck AND prompt = :prompt
