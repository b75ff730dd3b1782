-- A text seen for the first time.
INSERT INTO prompt_revision (prompt_id, hash, body, options)
VALUES (:prompt_id, :hash, :body, :options) RETURNING revision_id
