-- One weight of a fit.
INSERT INTO fit_weight (fit_id, place, weight) VALUES (:fit_id, :place, :weight)
