-- Its present skill and kind: what reports file it under.
UPDATE prompt SET skill = :skill, kind = :kind WHERE prompt_id = :prompt_id
