-- The text as it was shown.
SELECT body FROM prompt_revision WHERE revision_id = :revision_id
