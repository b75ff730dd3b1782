-- One more row in the history of the weights.
INSERT INTO fit (at_ms, cause, adopted, set_id, before_id, recorded, answers, targets, learnt_from,
    held_out, held_out_day, loss_in_use, loss_candidate, loss_constant, error_in_use,
    error_constant)
SELECT :at_ms, :cause, :adopted, :set_id, :before_id, answer_count, :answers, :targets,
    :learnt_from, :held_out, :held_out_day, :loss_in_use, :loss_candidate, :loss_constant,
    :error_in_use, :error_constant
FROM state WHERE id = 1
RETURNING fit_id
