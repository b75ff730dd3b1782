-- The history of the weights, oldest first.
-- scan ok: asked by hand, one row a night at most
SELECT fit_id, at_ms, cause, adopted, set_id, before_id, answers, targets, learnt_from, held_out,
    held_out_day, loss_in_use, loss_candidate, loss_constant, error_in_use, error_constant
FROM fit ORDER BY fit_id
