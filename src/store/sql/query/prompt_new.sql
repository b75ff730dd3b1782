-- A prompt seen for the first time gets its number for good.
INSERT INTO prompt (deck, prompt, skill, kind) VALUES (:deck, :prompt, :skill, :kind)
RETURNING prompt_id
