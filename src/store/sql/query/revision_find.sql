-- The number of a text of a prompt.
SELECT revision_id FROM prompt_revision WHERE prompt_id = :prompt_id AND hash = :hash
