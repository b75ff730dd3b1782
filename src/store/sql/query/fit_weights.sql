-- The weights of one fit, in their order.
SELECT place, weight FROM fit_weight WHERE fit_id = :fit_id ORDER BY place
