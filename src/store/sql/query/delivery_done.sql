-- Sent, or finally refused: the outbox holds what is still to be said, no history.
DELETE FROM delivery WHERE delivery_id = :delivery_id
