-- Looked up and not there, or not tried at all: may be sent (again).
UPDATE delivery SET state = 1 WHERE delivery_id = :delivery_id
